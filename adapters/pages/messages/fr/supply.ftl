# Les pages du personnel prêteur pour une demande.
supply-back = Toutes les demandes à satisfaire
supply-facts = La demande
supply-for = Pour { $library }
supply-number = Notre numéro
supply-their-number = Leur numéro
supply-service = Service
supply-service-copy = Copie
supply-service-copyorloan = Copie ou prêt
supply-service-loan = Prêt
supply-policy = Au plus
supply-policy-text = { $downloads } téléchargements, { $days } jours
supply-history = Historique de cette demande
supply-why = Motif
supply-why-optional = Motif (pour l’historique, facultatif)

supply-files = Documents
supply-files-none = Rien n’est encore joint.
supply-files-none-over = Aucun document n’est joint.
supply-file-closed = Personne d’autre ne peut télécharger ce document.
supply-version = version { $n }
supply-recalled = Le document précédent a été remplacé le { $day } parce que ce n’était pas le bon. Il a été supprimé ici, et ses lecteurs sont priés de supprimer leurs copies.
supply-change = Modifier
supply-change-this = Modifier { $name }
supply-look = Consulter les pages
supply-look-at-this = Consulter les pages de { $name }
supply-download = Télécharger notre copie
supply-download-this = Télécharger notre copie de { $name }
supply-up = Monter { $name }
supply-down = Descendre { $name }

supply-upload = Déposer un document
supply-description = Description
supply-description-help = Pour tous les fichiers choisis ici ; elle peut être modifiée ensuite pour chacun. Facultative.
supply-description-one = Description
supply-downloads = Téléchargements
supply-days = Jours après l’expédition
supply-choose = Fichiers
supply-choose-help = De préférence en PDF. Jusqu’à { $size } chacun.
supply-drop = Ou glissez des fichiers ici.
supply-queue = Fichiers à joindre
supply-attach = Joindre
supply-sending = Dépôt en cours
supply-storing = Enregistrement et vérification en cours
supply-sent = Joint
supply-unreached = Le dépôt s’est interrompu. Rien de ce fichier n’a été conservé.
supply-signed-out = Votre session est terminée. Ouvrez-en une autre dans un nouvel onglet, puis réessayez.
supply-too-large = Le fichier dépasse { $size }. Divisez-le et joignez les parties.
supply-again = Réessayer
supply-take-off = Ôter de la liste
supply-file-failed = { $name } : { $why }
supply-some-attached = { $n ->
    [one] L’autre fichier est joint.
   *[other] Les { $n } autres fichiers sont joints.
}
supply-too-many = { $n ->
    [one] Le premier fichier est joint. C’est le maximum par envoi : joignez les autres dans un nouvel envoi.
   *[other] Les { $n } premiers fichiers sont joints. C’est le maximum par envoi : joignez les autres dans un nouvel envoi.
}
supply-upload-stopped = Ce qui venait ensuite n’a pas été lu ; choisissez ces fichiers de nouveau.

supply-ship = Expédier
supply-ship-lead = Voici l’effet de l’expédition :
supply-ship-sees = { $n ->
    [one] { $library } voit le document aussitôt, et son usager le voit en suivant sa demande.
   *[other] { $library } voit les { $n } documents aussitôt, et son usager les voit en suivant sa demande.
}
supply-ship-sees-alone = { $n ->
    [one] { $library } voit le document aussitôt.
   *[other] { $library } voit les { $n } documents aussitôt.
}
supply-ship-sees-partner = { $n ->
    [one] Le lien de { $library } permet aussitôt de télécharger le document.
   *[other] Le lien de { $library } permet aussitôt de télécharger les { $n } documents.
}
supply-ship-nothing-partner = Rien n’est joint : { $library } ne reçoit aucun document.
supply-ship-nothing = Rien n’est joint : { $library } voit que la demande est expédiée, et aucun document.
supply-ship-ends = { $n ->
    [one] Il peut être téléchargé jusqu’à la fin du { $day }.
   *[other] Ils peuvent être téléchargés jusqu’à la fin du { $day }.
}
supply-ship-ends-differ = Le téléchargement est possible jusqu’à la fin du { $first } pour le premier, et du { $last } pour le dernier.
supply-ship-partner = { $library } n’a pas de compte ici : elle reçoit aussitôt le lien par courriel, à { $address }.
supply-ship-partner-later = { $library } n’a pas de compte ici : elle reçoit le lien par courriel à { $address } dès que quelque chose est joint.
supply-ship-partner-unreachable = { $library } n’a ici ni compte ni adresse de courriel : personne ne reçoit de courriel. Remettez-lui le lien vous-même.
supply-ship-patron = Son usager reçoit un courriel avec le lien quand { $library } confirme la réception.
supply-ship-patron-silenced = L’usager ne reçoit pas de courriel : { $library } a désactivé cet avis.
supply-ship-patron-unreachable = L’usager ne reçoit pas de courriel, car aucune adresse n’est connue ici.
supply-ship-no-patron = Personne ne reçoit de courriel, car la demande ne nomme aucun usager.
supply-ship-declines = L’expédition refuse l’annulation demandée par { $library }.
supply-ship-deliberate = Expédier sans document : il prend un autre chemin
supply-ship-do = Expédier à { $library }

supply-cancel = Annulation demandée
supply-cancel-text = { $library } a demandé le { $day } d’annuler cette demande.
supply-cancel-shipped = Elle est déjà expédiée et ne peut plus être annulée. Refusez, ou retirez les documents.
supply-cancel-accept = Annuler la demande
supply-cancel-decline = Refuser

supply-asks = Prolongations demandées
supply-asks-patron = L’usager a demandé une prolongation le { $day }.
supply-asks-partner = La bibliothèque emprunteuse a demandé une prolongation le { $day }.
supply-asks-staff = Le personnel emprunteur a demandé une prolongation le { $day }.
supply-grant = Accorder la prolongation
supply-grant-title = Prolonger
supply-grant-text = En plus de ce que prévoient les conditions. Qui l’a demandé reçoit un courriel.
supply-grant-whose = À qui
supply-grant-downloads = Téléchargements de plus
supply-grant-days = Jours à partir d’aujourd’hui
supply-grant-most = au plus { $n }
supply-grant-none-left = Plus rien ne peut être accordé pour cette version. Pour repartir de zéro, remplacez le document.

supply-problems = Problèmes signalés
supply-problem-missing-page = Une page manque ou est coupée
supply-problem-unreadable = La numérisation est illisible
supply-problem-wrong-article = C’est un autre article
supply-problem-other = Un autre problème
supply-problem-replace = Remplacer le document
supply-problem-answer = Répondre sans le remplacer
supply-problem-note = Réponse à la bibliothèque emprunteuse
supply-problem-send = Envoyer la réponse

supply-edit = Description et conditions
supply-until = Ou : dernier jour
supply-until-help = Si un dernier jour est fixé, les jours ne comptent pas. Il finit à minuit à { $library }.
supply-replace = Remplacer
supply-replace-text = Le nouveau document prend la place de l’ancien sous les mêmes liens, et ses téléchargements repartent de zéro. Un mauvais document est supprimé aussitôt, les autres à la fin des téléchargements en cours.
supply-replace-file = Le nouveau fichier
supply-replace-do = Remplacer le document
supply-reason-missing-pages = Des pages manquent
supply-reason-unreadable = La numérisation est illisible
supply-reason-wrong-document = C’est le mauvais document
supply-reason-other = Un autre motif
supply-remove = Supprimer
supply-remove-open = Supprimer ce document…
supply-remove-text = Personne ne pourra plus le télécharger, et il est effacé aussitôt. Cette action est définitive.
supply-remove-do = Supprimer le document

supply-links = Liens
supply-link-of-patron = Le lien de l’usager
supply-link-of-partner = Le lien de la bibliothèque emprunteuse
supply-link-since = Créé le { $day }
supply-link-closed = Fermé le { $day }
supply-link-none = Aucun lien n’a encore été créé
supply-link-nobody = Cette demande ne nomme aucun usager : il n’y a personne pour qui créer un lien.
supply-link-show = Montrer l’adresse
supply-link-make = Créer un lien
supply-link-address = L’adresse du lien
supply-link-care = Toute personne qui l’a peut télécharger. Ne la donnez à personne d’autre.
supply-link-close = Fermer le lien…
supply-link-close-text = Le lien cesse aussitôt de fonctionner, et les téléchargements en cours s’arrêtent. Vous pourrez ensuite créer un nouveau lien.
supply-link-close-do = Fermer le lien
supply-copy = Copier
supply-copied = Copié

supply-notices = Avis
supply-notices-none = Aucun courriel n’a encore été envoyé.
supply-notices-more = Les précédents sont dans l’historique

supply-withdraw = Retirer
supply-withdraw-open = Retirer cette livraison…
supply-withdraw-text = Plus personne ne pourra télécharger ses documents, et ses liens sont fermés. Cette action est définitive.
supply-withdraw-do = Retirer la livraison

done-supply-attached = Les documents sont joints.
done-supply-moved = L’ordre est changé.
done-supply-changed = La modification est enregistrée.
done-supply-granted = La prolongation est accordée.
done-supply-answered = La réponse est en route vers la bibliothèque emprunteuse.
done-supply-replaced = Le document est remplacé.
done-supply-removed = Le document est supprimé.
done-supply-shipped = La demande est expédiée.
done-supply-cancelled = La demande est annulée.
done-supply-cancel-declined = L’annulation est refusée.
done-supply-withdrawn = La livraison est retirée.
done-supply-revoked = Le lien est fermé.

failure-last-day = Rien n’a été modifié
failure-last-day-text = Le dernier jour ne convient pas : voir le champ ci-dessous.
failure-supply-grant = Rien à accorder
failure-supply-grant-text = Indiquez combien de téléchargements de plus, ou combien de jours à partir d’aujourd’hui.
failure-supply-grant-no-later = Le dernier jour reste inchangé
failure-supply-grant-no-later-text = Le document peut déjà être téléchargé au moins aussi longtemps. Indiquez davantage de jours, ou un nombre de téléchargements de plus.
failure-supply-no-file = Aucun fichier n’a été choisi
failure-supply-no-file-text = Choisissez un ou plusieurs fichiers et joignez-les de nouveau.
