# Ce que disent plusieurs pages.
skip = Aller au contenu
nav = Sections
nav-supply = Prêts
nav-borrow = Emprunts
nav-library = Fiche de la bibliothèque
sign-in = Ouvrir une session
sign-out = Fermer la session
save = Enregistrer

home-title = Livraison de documents
home-lead = Des articles numérisés pour le prêt entre bibliothèques, par des liens que la bibliothèque envoie à ses usagers.
home-readers = Usagers
home-readers-text = Voyez où en sont les articles demandés à votre bibliothèque et téléchargez ceux qui sont arrivés.
home-track = Suivre mes demandes
home-staff = Personnel des bibliothèques
home-staff-text = Déposez des documents pour d’autres bibliothèques et recevez ceux qu’elles envoient.
home-api = L’API JSON, pour d’autres systèmes

downloads-left = { $n ->
    [0] Les { $limit } téléchargements sont utilisés
    [one] { $n } téléchargement restant sur { $limit }
   *[other] { $n } téléchargements restants sur { $limit }
}
last-day = Jusqu’à la fin du { $day }

status-pending = En attente
status-shipped = Expédiée
status-received = Reçue
status-cancelled = Annulée
status-unfilled = Non satisfaite
status-withdrawn = Retirée
status-since = depuis le { $day }
status-on = le { $day }
