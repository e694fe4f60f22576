# Ce qui est arrivé à une demande, comme le personnel le lit.
history-title = Historique
history-back = Retour à la demande
history-when = Quand
history-who = Qui
history-what = Ce qui s’est passé
history-utc = Quand (UTC)
history-event = Événement
history-none = Il ne s’est encore rien passé que votre bibliothèque puisse voir.
history-csv = Enregistrer en tableau (CSV)
history-json = Enregistrer pour des programmes (JSON)
history-help = Les heures sont celles de votre bibliothèque. L’historique ne contient ni lien ni adresse : il peut être transmis.

history-by-staff = { $name }, { $library }
history-by-host = Le système hôte
history-by-system = Le système
history-by-patron = La personne qui détient le lien de l’usager
history-by-partner = La personne qui détient le lien de la bibliothèque emprunteuse
history-by-link = La personne qui détient un lien

history-doc = document { $no }
history-doc-named = document { $no } ({ $name })
history-doc-version = document { $no } (version { $version })
history-doc-named-version = document { $no } ({ $name }, version { $version })
history-why = Motif donné : { $why }

history-attached = A joint le { $doc }, { $size }
history-cancel-accepted = A accepté l’annulation
history-cancel-refused = A refusé l’annulation : la livraison se poursuit
history-cancel-requested = A demandé l’annulation à la bibliothèque prêteuse
history-cancelled = La demande a été annulée
history-claimed-patron = A compté un téléchargement du { $doc } pour l’usager
history-claimed-partner = A compté un téléchargement du { $doc } pour la bibliothèque partenaire
history-claimed-requester = A compté un téléchargement du { $doc } pour le personnel de la bibliothèque emprunteuse
history-claimed-supplier = A compté un téléchargement du { $doc } pour le personnel de la bibliothèque prêteuse
history-accepted = L’avis de droit d’auteur affiché, version { $n }, a été accepté.
history-accepted-usual = L’avis de droit d’auteur habituel a été accepté.
history-created = La demande a été ajoutée
history-described = A remplacé la description du { $doc } par « { $text } »
history-described-nothing = A supprimé la description du { $doc }
history-expired = Le délai du { $doc } a pris fin
history-forgotten = A effacé le numéro de l’usager et fermé ses liens
history-refunded = Un téléchargement compté du { $doc } a été rendu : il a échoué de notre côté avant tout envoi
history-granted = { $n ->
    [0] A accordé plus de temps pour le { $doc }
    [one] A accordé 1 téléchargement de plus du { $doc }
   *[other] A accordé { $n } téléchargements de plus du { $doc }
}
history-granted-until = jusqu’à la fin du { $day }
history-link-issued-patron = Un lien pour l’usager a été créé
history-link-issued-partner = Un lien pour la bibliothèque emprunteuse sans compte a été créé
history-link-issued-requester = Un lien pour le personnel de la bibliothèque emprunteuse a été créé
history-link-issued-supplier = Un lien pour le personnel de la bibliothèque prêteuse a été créé
history-link-revoked = A fermé le lien { $no }
history-more-requested = A demandé une prolongation pour le { $doc }
history-mail-sent = Le serveur de courriel a accepté le message « { $mail } »
history-mail-skipped = Le courriel « { $mail } » n’a pas été envoyé : il n’est plus nécessaire, ou la bibliothèque l’a désactivé
history-mail-waiting = Le courriel « { $mail } » n’a pas encore pu être remis ; un autre essai suivra
history-mail-no-address = Le courriel « { $mail } » n’a pas été envoyé : il n’y a pas d’adresse
history-mail-invalid-address = Le courriel « { $mail } » n’a pas été envoyé : l’adresse de courriel inscrite n’est pas valide
history-mail-unsupported = Le courriel « { $mail } » n’a pas été envoyé : notre serveur de courriel n’accepte pas les lettres accentuées avant le @ d’une adresse
history-mail-unreachable = Le courriel « { $mail } » n’a pas été envoyé : le serveur de courriel est resté injoignable
history-mail-refused = Le serveur de courriel a refusé le message « { $mail } »
history-mail-about = { $said } ; il concerne le { $doc }
history-mail-of-cancel-requested = Annulation demandée
history-mail-of-more-granted = Prolongation accordée
history-mail-of-more-requested = Prolongation demandée
history-mail-of-problem-answered = Réponse à un problème
history-mail-of-problem-reported = Problème signalé
history-mail-of-received = Reçu avec pièces jointes
history-mail-of-replaced = Document remplacé
history-mail-of-shipped = Expédié, avec le lien
history-mail-of-other = Avis
history-previewed = A consulté les pages du { $doc } sans téléchargement
history-problem-answered = A répondu au problème du { $doc }
history-problem-missing-page = A signalé qu’une page du { $doc } manque ou est coupée
history-problem-unreadable = A signalé que le contenu du { $doc } est illisible
history-problem-wrong-article = A signalé que le contenu du { $doc } n’est pas ce qui était demandé
history-problem-other = A signalé un autre problème du { $doc }
history-purged = Les octets du { $doc } ont été supprimés, son délai étant écoulé
history-backoff = Une tâche arrivée à échéance a échoué et attend jusqu’au { $until }
history-received = A marqué la demande comme reçue
history-removed = A retiré le { $doc }
history-reopened = A renvoyé la demande à une bibliothèque prêteuse
history-reordered = A changé l’ordre des documents
history-replaced-missing-pages = A remplacé la version précédente, où il manquait des pages, par le { $doc }, { $size }
history-replaced-unreadable = A remplacé la version précédente, qui était illisible, par le { $doc }, { $size }
history-replaced-wrong-document = A remplacé la version précédente, qui n’était pas le bon document, par le { $doc }, { $size }
history-replaced-other = A remplacé la version précédente par le { $doc }, { $size }
history-shipped = { $n ->
    [0] A expédié la demande, sans document
    [one] A expédié la demande, avec 1 document
   *[other] A expédié la demande, avec { $n } documents
}
history-staff-read = A pris une copie du { $doc }, sans frais
history-swept = { $n ->
    [one] 1 fichier que plus personne ne pouvait télécharger a été supprimé
   *[other] { $n } fichiers que plus personne ne pouvait télécharger ont été supprimés
}
history-synced = A modifié ce que l’on sait de la demande
history-terms = A modifié les conditions du { $doc } : { $before } ; désormais { $after }.
history-terms-downloads = { $n ->
    [one] 1 téléchargement
   *[other] { $n } téléchargements
}
history-terms-days = { $n ->
    [0] jusqu’à la fin du jour de l’expédition
    [one] 1 jour après l’expédition
   *[other] { $n } jours après l’expédition
}
history-terms-until = jusqu’à la fin du { $day }
history-terms-from = à partir du { $day }
history-resent-patron = A fait renvoyer le lien de l’usager
history-resent-partner = A fait renvoyer le lien de la bibliothèque emprunteuse
history-unfilled = Ne peut pas fournir le document
history-upload-begun = A commencé à déposer un fichier
history-upload-ended = Un dépôt a été abandonné
history-withdrawn = A retiré la livraison.
history-other = Quelque chose s’est passé que cette page ne sait pas encore dire
