# Les listes de demandes, et l’état d’une demande.
list-supply = Demandes de prêt
list-supply-lead = Les demandes des autres bibliothèques, de la plus récente à la plus ancienne.
list-supply-other = Bibliothèque emprunteuse
list-borrow = Demandes d’emprunt
list-borrow-lead = Les demandes de votre bibliothèque aux autres, de la plus récente à la plus ancienne.
list-borrow-other = Bibliothèque prêteuse
list-search = Titre, auteur, source ou numéro
list-status = État
list-any-status = Tous les états
list-waiting = Réponse attendue
list-show = Afficher les demandes
list-request = Demande
list-files = Documents
list-other-number = numéro de l’autre bibliothèque : { $number }
list-none = Il n’y a pas encore de demande. Les nouvelles demandes s’affichent ici automatiquement.
list-none-found = Aucune demande ne correspond à votre recherche.
list-all = Afficher toutes les demandes
list-pages = Pages
list-first = Première page
list-next = Page suivante

pending-cancellation = Annulation demandée
pending-extensions = { $n ->
    [one] Prolongation demandée
   *[other] { $n } prolongations demandées
}
pending-problems = { $n ->
    [one] Problème signalé
   *[other] { $n } problèmes signalés
}
files-attached = { $n ->
    [0] Aucun document
    [one] 1 document
   *[other] { $n } documents
}

budget-partner = Bibliothèque emprunteuse
budget-patron = Usager
budget-requester-staff = Personnel de la bibliothèque emprunteuse
file-days = { $n ->
    [0] Disponible jusqu’à la fin du jour de l’expédition
    [one] Disponible pendant 1 jour après l’expédition
   *[other] Disponible pendant { $n } jours après l’expédition
}
file-ended = Expiré le { $day }
file-purged = Supprimé le { $day }, après son dernier jour

notice-of-cancel-requested = Annulation demandée
notice-of-more-granted = Prolongation accordée
notice-of-more-requested = Prolongation demandée
notice-of-problem-answered = Réponse à un problème
notice-of-problem-reported = Problème signalé
notice-of-received = Demande reçue, avec documents
notice-of-replaced = Document remplacé
notice-of-shipped = Demande expédiée, avec le lien
notice-to-partner = à la bibliothèque emprunteuse, qui n’a pas de compte ici
notice-to-patron = à l’usager
notice-to-supplier-staff = à la bibliothèque prêteuse
notice-to-requester-staff = à la bibliothèque emprunteuse
notice-sent = Accepté par le serveur de courriel
notice-skipped = Non envoyé : devenu inutile, ou désactivé par la bibliothèque
notice-waiting = Sera envoyé sous peu
notice-tried = { $n ->
    [one] Un essai a échoué. Nous réessaierons.
   *[other] { $n } essais ont échoué. Nous réessaierons.
}
notice-sent-partly = Accepté par le serveur de courriel, sauf pour { $addresses }
notice-failed-invalid-address = Non envoyé : l’adresse de courriel au dossier n’est pas valide. Corrigez-la, puis renvoyez le courriel.
notice-failed-unsupported-address = Non envoyé : notre serveur de courriel n’accepte pas les lettres accentuées ou non latines avant le @. Inscrivez une autre adresse, puis renvoyez le courriel.
notice-failed-no-address = Non envoyé : aucune adresse de courriel au dossier
notice-failed-too-many-tries = Non envoyé : le serveur de courriel n’a pas pu être joint
notice-failed-refused = Refusé par le serveur de courriel
file-recalled = La bibliothèque prêteuse s’est trompée de document et l’a remplacé le { $day }. Veuillez supprimer toute copie téléchargée auparavant.
citation-authors = Auteurs
citation-container = Revue ou livre
citation-volume = Volume
citation-issue = Numéro
citation-date = Date
citation-pages = Pages
citation-issn = ISSN
citation-isbn = ISBN
citation-copyright = Déclaration relative au droit d’auteur
copyright-us-ccg = CCG : conforme aux lignes directrices CONTU
copyright-us-ccl = CCL : conforme à d’autres dispositions de la loi sur le droit d’auteur
