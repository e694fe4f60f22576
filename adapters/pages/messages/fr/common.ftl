# Textes communs à plusieurs pages.
skip = Passer au contenu principal
nav = Sections
nav-supply = Prêts
nav-borrow = Emprunts
nav-library = Fiche de la bibliothèque
sign-in = Ouvrir une session
sign-out = Fermer la session
# Une étiquette et sa valeur sur une même ligne.
labeled = { $label } : { $value }
save = Enregistrer les modifications

home-title = Livraison de documents
home-lead = Envoyez et recevez en ligne les documents du prêt entre bibliothèques.
home-patrons = Usagers
home-patrons-text = Voyez où en sont les documents demandés à votre bibliothèque et téléchargez ceux qui sont prêts.
home-track = Suivre mes demandes
home-staff = Personnel des bibliothèques
home-staff-text = Envoyez des documents à d’autres bibliothèques et recevez ceux de vos usagers.
home-api = API JSON pour d’autres systèmes

downloads-left = { $n ->
    [0] Aucun téléchargement restant (sur { $limit })
    [one] { $n } téléchargement restant sur { $limit }
   *[other] { $n } téléchargements restants sur { $limit }
}
last-day = Disponible jusqu’à la fin du { $day }

status-pending = En attente
status-shipped = Expédiée
status-received = Reçue
status-cancelled = Annulée
status-unfilled = Non satisfaite
status-withdrawn = Retirée
status-since = depuis le { $day }
status-on = le { $day }
