# Les pages du personnel de la bibliothèque prêteuse pour une demande.
supply-back = Toutes les demandes de prêt
supply-facts = Détails de la demande
supply-for = Pour { $library }
supply-number = Numéro de votre bibliothèque
supply-their-number = Numéro de la bibliothèque emprunteuse
supply-service = Service
supply-service-copy = Copie
supply-service-copyorloan = Copie ou prêt
supply-service-loan = Prêt
supply-policy = Limites
supply-policy-text = { $downloads ->
    [one] Jusqu’à { $downloads } téléchargement,
   *[other] Jusqu’à { $downloads } téléchargements,
} { $days ->
    [one] pendant au plus { $days } jour après l’expédition
   *[other] pendant au plus { $days } jours après l’expédition
}
supply-history = Historique de cette demande
supply-why = Motif
supply-why-optional = Motif, pour l’historique (facultatif)

supply-files = Documents
supply-files-none = Il n’y a pas encore de document. Téléversez-en un ci-dessous.
supply-files-none-over = Il n’y a aucun document.
supply-file-closed = La bibliothèque emprunteuse et son usager ne peuvent pas télécharger ce document.
supply-version = version { $n }
supply-recalled = Un document envoyé par erreur a été remplacé le { $day } et supprimé de ce serveur. Les personnes qui l’ont téléchargé sont priées de supprimer leurs copies.
supply-change = Modifier
supply-change-this = Modifier { $name }
supply-download = Télécharger une copie de travail
supply-download-this = Télécharger une copie de travail de { $name }
supply-up = Monter { $name }
supply-down = Descendre { $name }

supply-upload = Téléverser des documents
supply-description = Description
supply-description-help = Facultative. S’applique à tous les fichiers choisis ici. Vous pourrez la modifier plus tard pour chaque document.
supply-description-one = Description
supply-downloads = Téléchargements
supply-days = Jours après l’expédition
supply-choose = Fichiers
supply-choose-help = De préférence en PDF. Chaque fichier peut atteindre { $size }.
supply-drop = Vous pouvez aussi glisser des fichiers ici.
supply-queue = Fichiers à téléverser
supply-attach = Téléverser les fichiers
supply-sending = Téléversement en cours
supply-storing = Enregistrement et vérification du fichier
supply-sent = Téléversé
supply-interrupted = Le téléversement a été interrompu et ce fichier n’a pas été enregistré. Réessayez.
supply-signed-out = Votre session a pris fin. Ouvrez une session dans un autre onglet, puis revenez et réessayez.
supply-too-large = Le fichier dépasse { $size }. Divisez-le et téléversez les parties.
supply-again = Réessayer
supply-remove-from-list = Retirer de la liste
supply-file-failed = { $name } : { $why }
supply-some-attached = { $n ->
    [one] L’autre fichier a été téléversé.
   *[other] Les { $n } autres fichiers ont été téléversés.
}
supply-too-many = { $n ->
    [one] Le premier fichier a été téléversé. C’est le maximum par envoi. Téléversez les autres séparément.
   *[other] Les { $n } premiers fichiers ont été téléversés. C’est le maximum par envoi. Téléversez les autres séparément.
}
supply-upload-stopped = Les fichiers suivants n’ont pas été lus. Choisissez-les de nouveau.

supply-ship = Expédier la demande
supply-ship-lead = Quand vous expédierez cette demande :
supply-ship-sees = { $n ->
    [one] { $library } verra aussitôt le document. Son usager le verra sur la page de suivi.
   *[other] { $library } verra aussitôt les { $n } documents. Son usager les verra sur la page de suivi.
}
supply-ship-sees-alone = { $n ->
    [one] { $library } verra aussitôt le document.
   *[other] { $library } verra aussitôt les { $n } documents.
}
supply-ship-sees-partner = { $n ->
    [one] Toute personne qui a le lien destiné à { $library } pourra aussitôt télécharger le document.
   *[other] Toute personne qui a le lien destiné à { $library } pourra aussitôt télécharger les { $n } documents.
}
supply-ship-nothing-partner = { $library } ne recevra aucun document, car aucun n’a été téléversé.
supply-ship-nothing = { $library } verra que la demande est expédiée, mais ne recevra aucun document, car aucun n’a été téléversé.
supply-ship-ends = { $n ->
    [one] Le dernier jour pour le télécharger sera le { $day }.
   *[other] Le dernier jour pour les télécharger sera le { $day }.
}
supply-ship-ends-differ = Le dernier jour pour télécharger variera selon le document, du { $first } au { $last }.
supply-ship-partner = { $library } n’a pas de compte ici. Nous lui enverrons aussitôt le lien par courriel, à { $address }.
supply-ship-partner-later = { $library } n’a pas de compte ici. Nous lui enverrons le lien par courriel, à { $address }, dès qu’un document sera téléversé.
supply-ship-partner-unreachable = { $library } n’a ici ni compte ni adresse de courriel. Personne ne recevra de courriel. Remettez-lui le lien vous-même.
supply-ship-patron = Nous enverrons le lien à l’usager par courriel quand { $library } marquera la demande comme reçue.
supply-ship-patron-silenced = L’usager ne recevra pas de courriel, car { $library } a désactivé cet envoi.
supply-ship-patron-unreachable = L’usager ne recevra pas de courriel, car son dossier n’indique aucune adresse.
supply-ship-no-patron = Personne ne recevra de courriel, car la demande n’indique aucun usager.
supply-ship-declines = Vous refuserez l’annulation demandée par { $library }.
supply-ship-deliberate = Expédier sans document (il est envoyé autrement)
supply-ship-do = Expédier à { $library }

supply-cancel = Annulation demandée
supply-cancel-text = { $library } a demandé le { $day } d’annuler cette demande.
supply-cancel-shipped = Vous avez déjà expédié cette demande : elle ne peut plus être annulée. Vous pouvez refuser, ou retirer la livraison.
supply-cancel-accept = Annuler la demande
supply-cancel-decline = Refuser l’annulation

supply-extensions = Prolongations demandées
supply-extensions-patron = L’usager a demandé une prolongation le { $day }.
supply-extensions-partner = La bibliothèque emprunteuse a demandé une prolongation le { $day }.
supply-extensions-requester-staff = Le personnel de la bibliothèque emprunteuse a demandé une prolongation le { $day }.
supply-grant = Accorder la prolongation
supply-grant-title = Prolongation
supply-grant-text = Accordez plus de téléchargements ou plus de temps que les limites ci-dessus. Nous enverrons un courriel à toute personne qui l’a demandé.
supply-grant-audience = Bénéficiaire des téléchargements supplémentaires
supply-grant-downloads = Téléchargements supplémentaires
supply-grant-days = Jours à partir d’aujourd’hui
supply-grant-most = au plus { $n }
supply-grant-none-left = Aucun autre téléchargement ne peut être accordé pour cette version. Si vous remplacez le document, le compte repart de zéro.

supply-problems = Problèmes signalés
supply-problem-missing-page = Il manque une page ou une partie de page
supply-problem-unreadable = Le document est illisible
supply-problem-wrong-article = Ce n’est pas le document demandé
supply-problem-other = Autre problème
supply-problem-replace = Remplacer le document
supply-problem-answer = Répondre sans le remplacer
supply-problem-note = Réponse à la bibliothèque emprunteuse
supply-problem-send = Envoyer la réponse

supply-edit = Description et limites
supply-until = Dernier jour (au lieu des jours)
supply-until-help = Si vous choisissez un dernier jour, le nombre de jours n’est pas pris en compte. Le dernier jour se termine à minuit, selon le fuseau horaire de la bibliothèque emprunteuse ({ $library }).
supply-replace = Remplacer le document
supply-replace-text = Le nouveau document prend la place de l’ancien. Les liens restent les mêmes et le compte des téléchargements repart de zéro. Si l’ancien document n’était pas le bon, il est supprimé aussitôt. Sinon, il l’est à la fin des téléchargements en cours.
supply-replace-file = Nouveau fichier
supply-replace-do = Remplacer le document
supply-reason-missing-pages = Il manque des pages
supply-reason-unreadable = Le document est illisible
supply-reason-wrong-document = Ce n’est pas le bon document
supply-reason-other = Autre motif
supply-remove = Supprimer le document
supply-remove-open = Supprimer ce document…
supply-remove-text = Le document est effacé aussitôt et personne ne peut plus le télécharger. Cette action est définitive.
supply-remove-do = Supprimer le document

supply-links = Liens
supply-link-of-patron = Lien de l’usager
supply-link-of-partner = Lien de la bibliothèque emprunteuse
supply-link-since = Créé le { $day }
supply-link-revoked = Désactivé le { $day }
supply-link-none = Il n’y a pas encore de lien
supply-link-no-patron = Cette demande n’indique aucun usager : vous ne pouvez pas créer de lien.
supply-link-show = Afficher le lien
supply-link-create = Créer un lien
supply-link-address = Lien à copier
supply-link-care = Toute personne qui a ce lien peut télécharger. Ne le remettez qu’à la personne ou à la bibliothèque concernée.
supply-link-revoke = Désactiver le lien…
supply-link-revoke-text = Le lien cesse aussitôt de fonctionner et les téléchargements en cours s’arrêtent. Vous pourrez créer un nouveau lien plus tard.
supply-link-revoke-do = Désactiver le lien
supply-copy = Copier le lien
supply-copied = Copié

supply-notices = Courriels
supply-notices-none = Aucun courriel envoyé pour l’instant.
supply-notices-more = Voir les courriels précédents dans l’historique

supply-withdraw = Retirer la livraison
supply-withdraw-open = Retirer cette livraison…
supply-withdraw-text = Plus personne ne pourra télécharger les documents et les liens cesseront de fonctionner. Cette action est définitive.
supply-withdraw-do = Retirer la livraison

done-supply-attached = Vos documents ont été téléversés. Ils figurent dans la liste ci-dessous.
done-supply-moved = L’ordre des documents a été modifié.
done-supply-changed = Vos modifications du document ont été enregistrées.
done-supply-granted = La prolongation a été accordée. La liste des courriels indique qui en est avisé.
done-supply-answered = Votre réponse à la bibliothèque emprunteuse a été envoyée.
done-supply-replaced = Le document a été remplacé. Ses liens mènent maintenant au nouveau.
done-supply-removed = Le document a été supprimé. Personne ne peut plus le télécharger.
done-supply-shipped = La demande a été expédiée à la bibliothèque emprunteuse. La liste des courriels indique qui en est avisé.
done-supply-cancelled = La demande a été annulée, comme le souhaitait la bibliothèque emprunteuse.
done-supply-cancel-declined = L’annulation a été refusée. La demande suit son cours.
done-supply-withdrawn = La livraison a été retirée. Plus personne ne peut télécharger ses documents.
done-supply-revoked = Le lien a été désactivé. Vous pouvez en créer un nouveau ci-dessous.

failure-last-day = Vérifiez le dernier jour
failure-last-day-text = Rien n’a été modifié. Lisez le message à côté du champ.
failure-supply-grant = Indiquez ce que vous accordez
failure-supply-grant-text = Rien n’a été modifié. Indiquez un nombre de téléchargements supplémentaires, ou un nombre de jours à partir d’aujourd’hui.
failure-supply-grant-no-later = Le dernier jour resterait le même
failure-supply-grant-no-later-text = Le document peut déjà être téléchargé au moins aussi longtemps. Indiquez plus de jours, ou un nombre de téléchargements supplémentaires.
failure-supply-no-file = Choisissez un fichier
failure-supply-no-file-text = Vous n’avez choisi aucun fichier. Choisissez un ou plusieurs fichiers, puis téléversez-les.
