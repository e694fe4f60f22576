# Les listes de demandes, et les mots pour dire où en est une demande.
list-supply = Demandes à satisfaire
list-supply-lead = Ce que les autres bibliothèques demandent à la vôtre, du plus récent au plus ancien.
list-supply-other = Bibliothèque emprunteuse
list-borrow = Demandes de votre bibliothèque
list-borrow-lead = Ce que votre bibliothèque demande aux autres, du plus récent au plus ancien.
list-borrow-other = Bibliothèque prêteuse
list-search = Titre, source ou numéro
list-status = État
list-any-status = Tous
list-waiting = En attente d’une réponse
list-show = Afficher
list-request = Demande
list-files = Documents
list-other-number = chez eux { $number }
list-none = Il n’y a pas encore de demande. Elles apparaissent ici dès qu’elles sont connues.
list-none-found = Aucune demande ne correspond.
list-all = Afficher toutes les demandes
list-pages = Pages
list-first = Première page
list-next = Page suivante

waits-cancel = Annulation demandée
waits-asks = { $n ->
    [one] Prolongation demandée
   *[other] { $n } prolongations demandées
}
waits-problems = { $n ->
    [one] Un problème signalé
   *[other] { $n } problèmes signalés
}
files-attached = { $n ->
    [0] Aucun document
    [one] 1 document
   *[other] { $n } documents
}

budget-partner = Bibliothèque partenaire
budget-patron = Usager
budget-staff = Personnel emprunteur
file-days = { $n ->
    [0] Jusqu’à la fin du jour de l’expédition
    [one] 1 jour après l’expédition
   *[other] { $n } jours après l’expédition
}
file-ended = Fin du délai le { $day }
file-purged = Supprimé le { $day }, après la fin de son délai

notice-of-cancel-requested = Annulation demandée
notice-of-more-granted = Prolongation accordée
notice-of-more-requested = Prolongation demandée
notice-of-problem-answered = Réponse à un problème
notice-of-problem-reported = Problème signalé
notice-of-received = Reçu avec pièces jointes
notice-of-replaced = Document remplacé
notice-of-shipped = Expédié, avec le lien
notice-of-other = Avis
notice-to-partner = à la bibliothèque emprunteuse, qui n’a pas de compte
notice-to-patron = à l’usager
notice-to-supplier = à la bibliothèque prêteuse
notice-to-requester = à la bibliothèque emprunteuse
notice-sent = Accepté par le serveur de courriel
notice-skipped = Non envoyé : plus nécessaire, ou désactivé par la bibliothèque
notice-waiting = Sur le point d’être envoyé
notice-tried = { $n ->
    [one] Essayé une fois, un autre essai suivra
   *[other] Essayé { $n } fois, un autre essai suivra
}
notice-sent-partly = Accepté par le serveur de courriel, sauf pour { $addresses }
notice-failed-invalid-address = Non envoyé : l’adresse de courriel inscrite n’est pas valide. Corrigez-la, puis renvoyez le message.
notice-failed-unsupported = Non envoyé : notre serveur de courriel n’accepte pas les lettres accentuées avant le @ d’une adresse. Inscrivez une autre adresse, puis renvoyez le message.
notice-failed-no-address = Non envoyé : aucune adresse de courriel connue
notice-failed-tries = Non envoyé : serveur de courriel injoignable
notice-failed-refused = Refusé par le serveur de courriel
file-recalled = Le { $day }, la bibliothèque prêteuse a remplacé un document envoyé par erreur. Veuillez supprimer toute copie téléchargée auparavant.
