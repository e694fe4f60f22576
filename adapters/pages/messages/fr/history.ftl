# Ce qui est arrivé à une demande, tel que le personnel le lit. L’événement suit le nom de son auteur.
history-title = Historique
history-back = Retour à la demande
history-when = Quand
history-who = Qui
history-what = Ce qui s’est passé
history-utc = Quand (UTC)
history-event = Événement
history-none = L’historique ne contient encore rien que votre bibliothèque puisse voir.
history-csv = Exporter en tableau (CSV)
history-json = Exporter pour des programmes (JSON)
history-help = Les heures suivent le fuseau horaire de votre bibliothèque. L’historique ne contient ni lien ni adresse de courriel : vous pouvez le transmettre.

history-by-staff = { $name }, { $library }
history-by-host = Le système hôte
history-by-system = Le système
history-by-patron = Une personne munie du lien de l’usager
history-by-partner = Une personne munie du lien de la bibliothèque emprunteuse
history-by-link = Une personne munie d’un lien

history-doc = document { $no }
history-doc-named = document { $no } ({ $name })
history-doc-version = document { $no } (version { $version })
history-doc-named-version = document { $no } ({ $name }, version { $version })
history-why = Motif : { $why }

history-attached = A téléversé le { $doc }, { $size }
history-cancel-accepted = A accepté l’annulation
history-cancel-refused = A refusé l’annulation : la demande suit son cours
history-cancel-requested = A demandé l’annulation à la bibliothèque prêteuse
history-cancelled = A annulé la demande
history-claimed-patron = A utilisé 1 téléchargement du { $doc } pour l’usager
history-claimed-partner = A utilisé 1 téléchargement du { $doc } pour la bibliothèque emprunteuse (sans compte)
history-claimed-requester-staff = A utilisé 1 téléchargement du { $doc } pour le personnel de la bibliothèque emprunteuse
history-claimed-supplier-staff = A utilisé 1 téléchargement du { $doc } pour le personnel de la bibliothèque prêteuse
history-accepted = A accepté la version { $n } de l’avis de droit d’auteur.
history-accepted-standard = A accepté l’avis de droit d’auteur par défaut.
history-created = A ajouté la demande
history-described = A remplacé la description du { $doc } par « { $text } »
history-described-nothing = A supprimé la description du { $doc }
history-expired = Le dernier jour du { $doc } est passé
history-forgotten = A supprimé le numéro de l’usager et désactivé ses liens
history-refunded = A redonné 1 téléchargement du { $doc }, qui avait échoué de notre côté avant tout envoi
history-granted = { $n ->
    [0] A accordé plus de temps pour le { $doc }
    [one] A accordé 1 téléchargement supplémentaire du { $doc }
   *[other] A accordé { $n } téléchargements supplémentaires du { $doc }
}
history-granted-until = jusqu’à la fin du { $day }
history-link-issued-patron = A créé un lien pour l’usager
history-link-issued-partner = A créé un lien pour la bibliothèque emprunteuse, qui n’a pas de compte
history-link-issued-requester-staff = A créé un lien pour le personnel de la bibliothèque emprunteuse
history-link-issued-supplier-staff = A créé un lien pour le personnel de la bibliothèque prêteuse
history-link-revoked = A désactivé le lien { $no }
history-more-requested = A demandé une prolongation pour le { $doc }
history-mail-sent = Le serveur de courriel a accepté le courriel « { $mail } »
history-mail-skipped = Le courriel « { $mail } » n’a pas été envoyé : devenu inutile, ou désactivé par la bibliothèque
history-mail-waiting = Le courriel « { $mail } » n’a pas encore pu être envoyé, un autre essai suivra
history-mail-no-address = Le courriel « { $mail } » n’a pas été envoyé : aucune adresse de courriel au dossier
history-mail-invalid-address = Le courriel « { $mail } » n’a pas été envoyé : l’adresse de courriel au dossier n’est pas valide
history-mail-unsupported-address = Le courriel « { $mail } » n’a pas été envoyé : notre serveur de courriel n’accepte pas les lettres accentuées ou non latines avant le @
history-mail-too-many-tries = Le courriel « { $mail } » n’a pas été envoyé : le serveur de courriel n’a pas pu être joint
history-mail-refused = Le serveur de courriel a refusé le courriel « { $mail } »
history-mail-about = { $event } (au sujet du { $doc })
history-mail-of-cancel-requested = Annulation demandée
history-mail-of-more-granted = Prolongation accordée
history-mail-of-more-requested = Prolongation demandée
history-mail-of-problem-answered = Réponse à un problème
history-mail-of-problem-reported = Problème signalé
history-mail-of-received = Demande reçue, avec documents
history-mail-of-replaced = Document remplacé
history-mail-of-shipped = Demande expédiée, avec le lien
history-previewed = A consulté l’aperçu du { $doc }
history-problem-answered = A répondu au problème signalé pour le { $doc }
history-problem-missing-page = A signalé un problème avec le { $doc } : il manque une page ou une partie de page
history-problem-unreadable = A signalé un problème avec le { $doc } : il est illisible
history-problem-wrong-article = A signalé un problème avec le { $doc } : ce n’est pas le document demandé
history-problem-other = A signalé un autre problème avec le { $doc }
history-purged = A supprimé le { $doc } du serveur, après son dernier jour
history-backoff = Une tâche planifiée a échoué et sera reprise le { $until }
history-received = A marqué la demande comme reçue
history-removed = A supprimé le { $doc }
history-reopened = A renvoyé la demande à une bibliothèque prêteuse
history-reordered = A changé l’ordre des documents
history-replaced-missing-pages = A remplacé la version précédente, où il manquait des pages, par le { $doc }, { $size }
history-replaced-unreadable = A remplacé la version précédente, qui était illisible, par le { $doc }, { $size }
history-replaced-wrong-document = A remplacé la version précédente, qui n’était pas le bon document, par le { $doc }, { $size }
history-replaced-other = A remplacé la version précédente par le { $doc }, { $size }
history-shipped = { $n ->
    [0] A expédié la demande sans document
    [one] A expédié la demande avec 1 document
   *[other] A expédié la demande avec { $n } documents
}
history-staff-read = A téléchargé une copie de travail du { $doc } (non comptée)
history-swept = { $n ->
    [one] A supprimé 1 fichier que plus personne ne pouvait télécharger
   *[other] A supprimé { $n } fichiers que plus personne ne pouvait télécharger
}
history-synced = A mis à jour les détails de la demande
history-terms = A modifié les limites du { $doc }. Avant : { $before }. Maintenant : { $after }.
history-terms-downloads = { $n ->
    [one] { $n } téléchargement
   *[other] { $n } téléchargements
}
history-terms-days = { $n ->
    [0] jusqu’à la fin du jour de l’expédition
    [one] 1 jour après l’expédition
   *[other] { $n } jours après l’expédition
}
history-terms-until = jusqu’à la fin du { $day }
history-terms-from = à partir du { $day }
history-resent-patron = A renvoyé le lien de l’usager
history-resent-partner = A renvoyé le lien de la bibliothèque emprunteuse
history-unfilled = N’a pas pu satisfaire la demande
history-upload-begun = A commencé à téléverser un fichier
history-upload-ended = A abandonné le téléversement d’un fichier
history-withdrawn = A retiré la livraison.
history-other = Un événement que cette page ne sait pas encore décrire
