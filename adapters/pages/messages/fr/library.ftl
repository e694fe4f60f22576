# La fiche d’une bibliothèque, comme ses administrateurs la tiennent.
library-parts = Parties de la fiche de la bibliothèque
library-record = Fiche de la bibliothèque
library-notices = Avis
library-copyright = Avis de droit d’auteur
library-accounts = Comptes du personnel

library-name = Nom, comme les pages et les courriels l’affichent
library-email = Courriel du personnel du prêt entre bibliothèques
library-email-help = Les avis destinés à votre personnel et les réponses de vos usagers arrivent ici. Pour inscrire plusieurs adresses, séparez-les par des virgules : chacune reçoit tous les avis.
library-zone = Fuseau horaire
library-zone-help = Par exemple America/Toronto. Vos journées s’y terminent.
library-language = Langue
library-language-help = Celle des avis à votre personnel, et des pages dont le lecteur n’en a pas choisi.
library-policy = Ce que vos usagers peuvent faire
library-policy-help = Vaut pour les nouvelles demandes, et pour celles qui sont encore à la bibliothèque prêteuse à leur prochaine mise à jour.
policy-most = { $n ->
    [one] Au plus 1 téléchargement de chaque document
   *[other] Au plus { $n } téléchargements de chaque document
}
policy-days = { $n ->
    [one] Au plus 1 jour après l’expédition
   *[other] Au plus { $n } jours après l’expédition
}
policy-shared = Votre personnel et l’usager utilisent les mêmes téléchargements
policy-own = { $n ->
    [0] Ils sont à l’usager seul : votre personnel n’en a pas
    [one] Ils sont à l’usager seul : votre personnel en a 1 à lui
   *[other] Ils sont à l’usager seul : votre personnel en a { $n } à lui
}
policy-preview = Votre personnel consulte les pages sans téléchargement
policy-no-preview = Votre personnel ne voit un document qu’en le téléchargeant
policy-grants-none = Personne n’en accorde d’autres
policy-grants = { $n ->
    [one] La bibliothèque prêteuse peut en accorder 1 de plus
   *[other] La bibliothèque prêteuse peut en accorder { $n } de plus
}
policy-grants-both = { $n ->
    [one] La bibliothèque prêteuse et la vôtre peuvent en accorder 1 de plus
   *[other] La bibliothèque prêteuse et la vôtre peuvent en accorder { $n } de plus
}
policy-keep = { $n ->
    [0] Supprimé dès la fin du délai
    [one] Conservé 1 jour de plus, au cas où l’on demande davantage
   *[other] Conservé { $n } jours de plus, au cas où l’on demande davantage
}
library-channel = Comment joindre votre bibliothèque quand elle emprunte
channel-account = Compte ici
channel-account-help = Votre personnel ouvre une session, consulte les documents et marque la demande comme reçue.
channel-email = Courriel
channel-email-help = Pour les bibliothèques qui travaillent dans un autre système : dès qu’une demande est expédiée, le lien part de lui-même à l’adresse ci-dessus.
library-logo = Logo
library-logo-alt = Le logo de votre bibliothèque
library-logo-none = Il n’y en a pas encore.
library-logo-choose = Image
library-logo-help = PNG, JPEG ou WebP, au plus 14 ko. Il figure sur les pages de votre personnel et de vos usagers, et sur les pages de téléchargement.
library-logo-put = Déposer le logo
library-logo-remove = Retirer le logo
done-library = La fiche est enregistrée.
done-logo = Le logo est enregistré.
done-logo-removed = Le logo est retiré.
failure-library-email-unusable = Une adresse de courriel de votre bibliothèque n’est pas valide
failure-library-email-unusable-text = Une adresse ci-dessous n’est pas complète (exemple d’adresse complète : pret@exemple.org). Elle ne reçoit aucun avis. Corrigez-la ou retirez-la.
failure-library-channel = La fiche reste la même
failure-library-channel-text = Une bibliothèque que l’on joint par courriel a besoin d’une adresse.
failure-library-logo = Le logo reste le même
failure-library-logo-text = Le fichier n’est pas une image PNG, JPEG ou WebP, ou dépasse 14 ko.

notices-active = Avis actifs
notices-active-help = Ce qui n’est pas coché n’est envoyé ni à vos usagers ni à votre personnel. Les liens que vous envoyez à la main partent dans tous les cas.
notice-kind-received = Reçu avec pièces jointes
notice-help-received = À l’usager, quand une demande est marquée comme reçue : voici votre document, avec le lien.
notice-kind-more-granted = Davantage accordé
notice-help-more-granted = À l’usager, ou à votre personnel, quand d’autres téléchargements ou plus de temps ont été accordés.
notice-kind-replaced = Document remplacé
notice-help-replaced = À l’usager, et au personnel qui a signalé un problème ou demandé une prolongation, quand un document est remplacé.
notice-kind-more-requested = Davantage demandé
notice-help-more-requested = À votre personnel, quand votre bibliothèque prête et que quelqu’un demande davantage.
notice-kind-cancel-requested = Annulation demandée
notice-help-cancel-requested = À votre personnel, quand votre bibliothèque prête et que l’autre veut annuler.
notice-kind-problem-reported = Problème signalé
notice-help-problem-reported = À votre personnel, quand votre bibliothèque prête et que l’autre trouve un défaut à un document.
notice-kind-problem-answered = Réponse à un problème
notice-help-problem-answered = À votre personnel, quand la bibliothèque prêteuse répond à un problème qu’il a signalé.
notice-kind-shipped = Expédié, avec le lien
notices-texts = Textes
notices-texts-help = Ce que disent les avis de votre bibliothèque. Votre texte remplace le nôtre dans la langue où vous l’écrivez.
texts-to-patrons = À vos usagers
texts-to-partners = Aux bibliothèques emprunteuses sans compte, quand la vôtre prête
texts-to-borrowers = Au personnel des bibliothèques emprunteuses, quand la vôtre prête
texts-to-lenders = Au personnel des bibliothèques prêteuses, quand la vôtre emprunte
texts-own = votre texte
texts-not-used = votre texte n’est pas utilisé
texts-ours = texte d’origine
done-notices = Les avis actifs sont enregistrés.

text-back = Tous les avis
text-of-received-patron = À l’usager
text-of-more-granted-patron = À l’usager
text-of-replaced-patron = À l’usager
text-of-shipped-partner = À une bibliothèque emprunteuse sans compte
text-of-more-granted-partner = À une bibliothèque emprunteuse sans compte
text-of-replaced-partner = À une bibliothèque emprunteuse sans compte
text-of-more-granted-requester = Au personnel de la bibliothèque emprunteuse
text-of-replaced-requester = Au personnel de la bibliothèque emprunteuse
text-of-problem-answered-requester = Au personnel de la bibliothèque emprunteuse
text-of-more-requested-supplier = Au personnel de la bibliothèque prêteuse
text-of-cancel-requested-supplier = Au personnel de la bibliothèque prêteuse
text-of-problem-reported-supplier = Au personnel de la bibliothèque prêteuse
text-subject = Objet
text-text = Texte
text-html = Dans les messageries qui affichent le HTML
text-preview-button = Aperçu
text-preview = Aperçu
text-preview-help = Avec des valeurs d’exemple. Il suit ce que vous tapez, ou le bouton Aperçu.
text-reset = Revenir au texte d’origine
text-not-used = Votre texte n’est pas utilisé
text-fault-unusable = Un avis n’a pas pu être rédigé avec votre texte et est parti avec le texte d’origine. Raccourcissez votre texte ou employez moins de repères, puis enregistrez-le.
text-fault-wrong = Quelque chose ne va pas dans votre texte ; voyez plus bas. Tant que ce n’est pas corrigé, les avis partent avec le texte d’origine.
text-names = Repères
text-names-help = Écrivez du texte simple. Un repère entre accolades, comme {"{"}title{"}"}, est remplacé par sa valeur à l’envoi de l’avis. Un paragraphe dont un repère n’a pas de valeur est omis.
text-required = Obligatoire.
text-in-subject = Peut aussi servir dans l’objet.
text-error-subject = Objet : { $error }
text-error-subject-empty = L’objet est vide. Écrivez quelque chose, ou revenez au texte d’origine.
text-error-subject-too-long = L’objet dépasse { $limit } octets. Raccourcissez-le.
text-error-subject-unknown = Il n’y a pas de repère { $name } pour l’objet. Choisissez dans la liste un repère qui peut aussi servir dans l’objet.
text-error-not-in-subject = { $name } ne peut pas servir dans l’objet. Choisissez dans la liste un repère qui peut aussi servir dans l’objet.
text-error-line = Ligne { $line } : { $error }
text-error-crowded = { $name } doit être seul sur sa ligne. Déplacez les autres mots sur la ligne d’avant ou d’après.
text-error-empty = Le texte est vide. Écrivez quelque chose, ou revenez au texte d’origine.
text-error-missing = Il manque { $name }. Placez-le seul sur une ligne.
text-error-several-lines = L’objet compte plus d’une ligne. Écrivez-le sur une seule.
text-error-stray-brace = Une accolade {"}"} n’est précédée d’aucune accolade {"{"}. Retirez-la : les accolades sont réservées aux repères.
text-error-too-long = Le texte dépasse { $limit } octets. Raccourcissez-le.
text-error-too-often = { $name } figure plus de { $limit } fois. Retirez-en quelques-uns.
text-error-unclosed = Une accolade {"{"} n’est pas suivie de {"}"}. Fermez le repère, ou retirez l’accolade : les accolades sont réservées aux repères.
text-error-unknown = Il n’y a pas de repère { $name } ici. Choisissez-en un dans la liste.
placeholder-answer = la réponse de la bibliothèque prêteuse au problème signalé, ou la mention qu’elle n’a rien écrit
placeholder-contact-email = l’adresse de courriel où vont les réponses
placeholder-documents = les documents, l’un sous l’autre
placeholder-greeting = « Bonjour » et le nom, ou « Bonjour » seul si le nom n’est pas connu
placeholder-library = le nom de la bibliothèque qui envoie l’avis
placeholder-link = l’adresse de la page de téléchargement, avec un bouton en HTML. Seul sur sa ligne.
placeholder-note = le mot de la personne qui a fait la demande, en citation. Seul sur sa ligne.
placeholder-other-library = le nom de l’autre bibliothèque
placeholder-patron-name = le nom de l’usager
placeholder-problems = les problèmes signalés. Seul sur sa ligne.
placeholder-recipient-name = le nom de la bibliothèque qui reçoit l’avis
placeholder-request = le titre et le numéro de la demande
placeholder-request-number = le numéro de la demande
placeholder-title = le titre de ce qui a été demandé
failure-text = Le texte n’est pas enregistré
failure-text-text = Corrigez l’erreur indiquée à côté du champ. D’ici là, l’avis part comme avant.
done-text = Le texte est enregistré. Le prochain avis l’emploie.
done-text-reset = Le texte d’origine est rétabli.

sample-reader = Carla Santos
sample-library = Bibliothèque universitaire de Toronto
sample-title = Les âges glaciaires
sample-file = ages-glaciaires.pdf
sample-description = L’article entier
sample-note = La page 107 est coupée à droite.

copyright-lead = Avant de télécharger, il faut accepter cet avis. L’historique de chaque demande dit de quelle version il s’agissait.
copyright-text = Avis
copyright-help = Laissez vide pour le texte habituel. Chaque ligne devient un paragraphe.
copyright-usual = Le texte habituel est en vigueur.
copyright-in-use = La version { $n } est en vigueur. Un autre texte devient la version suivante.
copyright-versions = Versions
copyright-none = Votre bibliothèque n’a pas encore eu de texte à elle.
copyright-version = Version
copyright-version-no = Version { $n }
copyright-since = Depuis
copyright-by = Par
copyright-now = en vigueur
copyright-back = L’avis en vigueur
copyright-made = Depuis le { $since }, par { $by }
done-copyright = L’avis de droit d’auteur est enregistré.

account-person = Nom
account-role = Rôle
account-state = État
account-is-enabled = Actif
account-is-disabled = Désactivé
account-new = Nouveau compte
account-login-help = Lettres de a à z, chiffres et . _ - @. Il ne change plus, puisque les historiques le citent.
account-make = Créer le compte
account-made = Le compte { $login } est créé
account-password-new = Le nouveau mot de passe
account-password-once = Ce mot de passe ne s’affiche qu’une fois. Transmettez-le à la personne, qui le change après avoir ouvert une session.
account-copy = Copier
account-copied = Copié
account-back = Tous les comptes
account-own = votre propre compte
account-details = Nom et rôle
account-access = Accès
account-access-help = Chacune de ces actions ferme les sessions ouvertes.
account-password-make = Créer un nouveau mot de passe
account-disable = Désactiver le compte
account-enable = Permettre de nouveau l’accès
role-staff = Personnel
role-administrator = Administrateur
role-staff-long = Personnel : prête et emprunte
role-administrator-long = Administrateur : tient aussi cette fiche et les comptes
done-account = Le compte est enregistré.
done-account-disabled = Le compte est désactivé et ses sessions sont fermées.
done-account-enabled = Le compte peut de nouveau ouvrir une session.
done-account-signed-out = Toutes les sessions du compte sont fermées.
failure-account-taken = Le compte n’est pas créé
failure-account-taken-text = Ce nom d’utilisateur existe déjà, ici ou dans une autre bibliothèque.
failure-account-last = Le compte reste inchangé
failure-account-last-text = C’est le dernier administrateur de votre bibliothèque qui puisse ouvrir une session. Nommez d’abord quelqu’un d’autre.
