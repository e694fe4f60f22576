# La fiche d’une bibliothèque, telle que ses administrateurs la tiennent.
library-sections = Parties de la fiche de la bibliothèque
library-record = Fiche de la bibliothèque
library-notices = Courriels
library-copyright = Avis de droit d’auteur
library-accounts = Comptes du personnel
library-webhooks = Webhooks

library-name = Nom de la bibliothèque
library-email = Adresses de courriel du service de prêt entre bibliothèques
library-email-help = Les courriels destinés à votre personnel et les réponses de vos usagers arrivent ici. Séparez plusieurs adresses par des virgules : chacune reçoit tous les courriels.
library-zone = Fuseau horaire
library-zone-help = Par exemple, America/Toronto. Les journées de votre bibliothèque se terminent à minuit dans ce fuseau.
library-language = Langue
library-language-help = Pour les courriels destinés à votre personnel, et pour les personnes qui n’ont pas choisi de langue.
library-policy = Ce que vos usagers peuvent faire
library-policy-help = Un changement s’applique aux nouvelles demandes. Il s’applique aussi aux demandes en attente à leur prochaine mise à jour.
policy-most = { $n ->
    [one] Au plus { $n } téléchargement de chaque document
   *[other] Au plus { $n } téléchargements de chaque document
}
policy-days = { $n ->
    [one] Disponible pendant au plus { $n } jour après l’expédition
   *[other] Disponible pendant au plus { $n } jours après l’expédition
}
policy-shared = Votre personnel et l’usager partagent ces téléchargements
policy-own = { $n ->
    [0] Ces téléchargements sont réservés à l’usager, et votre personnel n’en a aucun
    [one] Ces téléchargements sont réservés à l’usager, et votre personnel en a 1 à lui
   *[other] Ces téléchargements sont réservés à l’usager, et votre personnel en a { $n } à lui
}
policy-preview = Votre personnel peut consulter un aperçu sans utiliser de téléchargement
policy-no-preview = Votre personnel doit télécharger un document pour le voir
policy-grants-none = Aucun téléchargement supplémentaire ne peut être accordé
policy-grants = { $n ->
    [one] La bibliothèque prêteuse peut accorder 1 téléchargement supplémentaire
   *[other] La bibliothèque prêteuse peut accorder { $n } téléchargements supplémentaires
}
policy-grants-both = { $n ->
    [one] La bibliothèque prêteuse et la vôtre peuvent accorder 1 téléchargement supplémentaire
   *[other] La bibliothèque prêteuse et la vôtre peuvent accorder { $n } téléchargements supplémentaires
}
policy-keep = { $n ->
    [0] Supprimé aussitôt après le dernier jour
    [one] Conservé 1 jour après le dernier jour, pour permettre une prolongation
   *[other] Conservé { $n } jours après le dernier jour, pour permettre une prolongation
}
library-accent = Couleur des liens et des boutons
library-accent-help = Entrez le signe # suivi de six chiffres hexadécimaux, par exemple #0b5394. Un texte blanc doit se lire facilement sur cette couleur. Pour garder la couleur habituelle, laissez le champ vide.
library-channel = Comment votre bibliothèque reçoit les documents qu’elle emprunte
channel-account = Comptes du personnel
channel-account-help = Votre personnel ouvre une session ici, consulte les documents et marque les demandes comme reçues.
channel-email = Courriel
channel-email-help = Pour les bibliothèques qui travaillent dans un autre système. Dès qu’une demande est expédiée, nous envoyons le lien aux adresses ci-dessus.
library-logo = Logo
library-logo-alt = Le logo de votre bibliothèque
library-logo-none = Vous n’avez pas encore téléversé de logo.
library-logo-choose = Image
library-logo-help = PNG, JPEG ou WebP, jusqu’à 14 ko. Il figure sur les pages de votre personnel et de vos usagers, et sur les pages de téléchargement.
library-logo-put = Téléverser le logo
library-logo-remove = Retirer le logo
done-library = Vos modifications de la fiche ont été enregistrées.
done-logo = Le logo a été téléversé. Il figure maintenant sur les pages de votre bibliothèque.
done-logo-removed = Le logo a été retiré des pages de votre bibliothèque.
failure-library-email-unusable = Corrigez les adresses de courriel de votre bibliothèque
failure-library-email-unusable-text = Une des adresses ci-dessous n’est pas complète (exemple d’adresse complète : peb@exemple.org). Aucun courriel n’y est envoyé. Corrigez-la ou retirez-la.
failure-library-channel = Entrez une adresse de courriel
failure-library-channel-text = Rien n’a été modifié. Une bibliothèque qui reçoit les documents par courriel a besoin d’une adresse.
failure-library-logo = Le logo n’a pas été modifié
failure-library-logo-text = Choisissez une image PNG, JPEG ou WebP d’au plus 14 ko.

notices-active = Courriels envoyés automatiquement
notices-active-help = Décochez une case pour ne plus envoyer ce courriel à vos usagers et à votre personnel. Quand vous envoyez vous-même un lien par courriel, il part toujours.
notice-kind-received = Demande reçue, avec documents
notice-help-received = À l’usager, avec le lien, quand votre personnel marque une demande comme reçue.
notice-kind-more-granted = Prolongation accordée
notice-help-more-granted = À l’usager ou à votre personnel, quand une prolongation lui est accordée.
notice-kind-replaced = Document remplacé
notice-help-replaced = À l’usager, et au personnel qui a signalé un problème ou demandé une prolongation, quand un document est remplacé.
notice-kind-more-requested = Prolongation demandée
notice-help-more-requested = À votre personnel, quand quelqu’un demande une prolongation pour un document que votre bibliothèque a envoyé.
notice-kind-cancel-requested = Annulation demandée
notice-help-cancel-requested = À votre personnel, quand une bibliothèque emprunteuse demande à la vôtre d’annuler une demande.
notice-kind-problem-reported = Problème signalé
notice-help-problem-reported = À votre personnel, quand une bibliothèque emprunteuse signale un problème avec un document que la vôtre a envoyé.
notice-kind-problem-answered = Réponse à un problème
notice-help-problem-answered = À votre personnel, quand la bibliothèque prêteuse répond à un problème qu’il a signalé.
notice-kind-shipped = Demande expédiée, avec le lien
notices-texts = Textes des courriels
notices-texts-help = Choisissez un courriel pour en modifier le texte. Votre texte remplace le texte par défaut dans cette langue seulement.
texts-to-patrons = À vos usagers
texts-to-partners = Aux bibliothèques emprunteuses sans compte, quand vous prêtez
texts-to-borrowers = Au personnel des bibliothèques emprunteuses, quand vous prêtez
texts-to-lenders = Au personnel des bibliothèques prêteuses, quand vous empruntez
texts-own = votre texte
texts-not-used = votre texte n’est pas utilisé
texts-standard = texte par défaut
done-notices = Votre choix de courriels automatiques a été enregistré.

text-back = Tous les courriels
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
text-html = Version mise en forme (HTML)
text-preview-button = Voir un aperçu du courriel
text-preview = Aperçu
text-preview-help = Avec des valeurs d’exemple. L’aperçu change au fil de la saisie, ou avec le bouton « Voir un aperçu du courriel ».
text-reset = Revenir au texte par défaut
text-not-used = Votre texte n’est pas utilisé
text-fault-unusable = Un courriel n’a pas pu être rédigé avec votre texte. Nous avons envoyé le texte par défaut. Raccourcissez votre texte ou employez moins de champs, puis enregistrez-le.
text-fault-wrong = Votre texte contient une erreur, indiquée ci-dessous. Tant qu’elle n’est pas corrigée, nous envoyons le texte par défaut.
text-placeholders = Champs à insérer
text-placeholders-help = Écrivez du texte simple. À l’envoi du courriel, chaque champ entre accolades, comme {"{"}title{"}"}, est remplacé par sa valeur. Un paragraphe est omis si l’un de ses champs n’a pas de valeur.
text-required = Obligatoire.
text-in-subject = Peut aussi servir dans l’objet.
text-error-subject = Objet : { $error }
text-error-subject-empty = L’objet est vide. Entrez un objet, ou revenez au texte par défaut.
text-error-subject-too-long = L’objet dépasse { $limit } caractères (les lettres accentuées et les symboles comptent pour deux à quatre). Raccourcissez-le.
text-error-subject-unknown = Il n’y a pas de champ { $name } pour l’objet. Choisissez dans la liste un champ qui peut servir dans l’objet.
text-error-not-in-subject = Le champ { $name } ne peut pas servir dans l’objet. Choisissez-en un autre dans la liste.
text-error-line = Ligne { $line } : { $error }
text-error-crowded = Le champ { $name } doit être seul sur sa ligne. Déplacez les autres mots sur la ligne d’avant ou d’après.
text-error-empty = Le texte est vide. Entrez un texte, ou revenez au texte par défaut.
text-error-missing = Il manque le champ { $name }. Placez-le seul sur une ligne.
text-error-several-lines = L’objet compte plus d’une ligne. Écrivez-le sur une seule.
text-error-stray-brace = Une accolade {"}"} n’est précédée d’aucune accolade {"{"}. Retirez-la : les accolades sont réservées aux champs.
text-error-too-long = Le texte dépasse { $limit } caractères (les lettres accentuées et les symboles comptent pour deux à quatre). Raccourcissez-le.
text-error-too-often = Le champ { $name } figure plus de { $limit } fois. Retirez-le à quelques endroits.
text-error-unclosed = Une accolade {"{"} n’est suivie d’aucune accolade {"}"}. Fermez le champ, ou retirez l’accolade : les accolades sont réservées aux champs.
text-error-unknown = Il n’y a pas de champ { $name }. Choisissez-en un dans la liste.
placeholder-answer = la réponse de la bibliothèque prêteuse au problème signalé, ou une phrase indiquant qu’elle n’a pas donné de raison. Seul sur sa ligne.
placeholder-contact-email = l’adresse de courriel pour les réponses.
placeholder-documents = la liste des documents. Seul sur sa ligne.
placeholder-greeting = « Bonjour » et le nom, ou « Bonjour » seul si le nom n’est pas connu.
placeholder-library = le nom de la bibliothèque qui envoie le courriel.
placeholder-link = l’adresse de la page de téléchargement, avec un bouton en HTML. Seul sur sa ligne.
placeholder-note = le message de la personne qui fait la demande. Seul sur sa ligne.
placeholder-other-library = le nom de l’autre bibliothèque.
placeholder-patron-name = le nom de l’usager.
placeholder-problems = les problèmes signalés. Seul sur sa ligne.
placeholder-recipient-name = le nom de la bibliothèque qui reçoit le courriel.
placeholder-request = le titre et le numéro de la demande. Dans le texte, seul sur sa ligne.
placeholder-request-number = le numéro de la demande.
placeholder-title = le titre de ce qui a été demandé.
failure-text = Votre texte n’a pas été enregistré
failure-text-text = Corrigez l’erreur indiquée à côté du champ et enregistrez de nouveau. D’ici là, le courriel reste tel quel.
done-text = Votre texte a été enregistré. Il servira dès le prochain courriel.
done-text-reset = Le texte par défaut est rétabli. Il servira dès le prochain courriel.

sample-patron = Carla Santos
sample-library = Bibliothèque universitaire de Toronto
sample-title = Les âges glaciaires
sample-file = ages-glaciaires.pdf
sample-description = L’article complet
sample-note = La page 107 est coupée à droite.

copyright-lead = Il faut accepter cet avis avant de télécharger. L’historique de chaque demande indique la version acceptée.
copyright-text = Texte de l’avis
copyright-help = Laissez ce champ vide pour utiliser le texte par défaut. Chaque ligne devient un paragraphe.
copyright-standard = Le texte par défaut est en vigueur.
copyright-in-use = La version { $n } est en vigueur. Si vous modifiez le texte, il devient une nouvelle version.
copyright-versions = Versions
copyright-none = Votre bibliothèque a toujours utilisé le texte par défaut.
copyright-version = Version
copyright-version-no = Version { $n }
copyright-since = En vigueur depuis
copyright-by = Enregistrée par
copyright-now = en vigueur
copyright-back = Avis de droit d’auteur en vigueur
copyright-saved = Enregistrée le { $since } par { $by }
done-copyright = L’avis de droit d’auteur a été enregistré. Il faudra l’accepter dès le prochain téléchargement.

account-person = Nom
account-role = Rôle
account-state = État
account-is-enabled = Actif
account-is-disabled = Désactivé
account-new = Nouveau compte
account-login-help = Lettres de a à z, chiffres et . _ - @. Vous ne pourrez pas le changer, car il figure dans les historiques.
account-create = Créer le compte
account-created = Le compte { $login } a été créé
account-password-new = Nouveau mot de passe
account-password-once = Ce mot de passe ne s’affiche qu’une fois. Remettez-le à la personne, qui pourra le changer après avoir ouvert une session.
account-copy = Copier le mot de passe
account-copied = Copié
account-back = Tous les comptes du personnel
account-own = votre propre compte
account-details = Nom et rôle
account-access = Accès
account-access-help = Chacune de ces actions ferme toutes les sessions du compte.
account-password-make = Créer un nouveau mot de passe
account-disable = Désactiver le compte
account-enable = Réactiver le compte
role-staff = Personnel
role-administrator = Administrateur
role-staff-long = Personnel : peut prêter et emprunter
role-administrator-long = Administrateur : peut aussi modifier cette fiche et les comptes
done-account = Vos modifications du compte ont été enregistrées.
done-account-disabled = Le compte a été désactivé et toutes ses sessions sont fermées.
done-account-enabled = Le compte a été réactivé. Son titulaire peut de nouveau ouvrir une session.
done-account-signed-out = Toutes les sessions du compte ont été fermées.
failure-account-taken = Le compte n’a pas été créé
failure-account-taken-text = Ce nom d’utilisateur existe déjà, ici ou dans une autre bibliothèque. Choisissez-en un autre.
failure-account-last = Le compte n’a pas été modifié
failure-account-last-text = C’est le dernier administrateur de votre bibliothèque qui puisse ouvrir une session. Nommez d’abord quelqu’un d’autre administrateur.

webhooks-lead = Un webhook transmet à un autre système, au fur et à mesure, les événements des demandes de votre bibliothèque.
webhooks-none = Votre bibliothèque n’a pas encore de webhook.
webhook-title = Webhook
webhook-back = Tous les webhooks
webhook-url = Adresse du destinataire
webhook-url-help = L’adresse doit commencer par https://. Les adresses privées, les noms d’utilisateur et les mots de passe ne sont pas acceptés.
webhook-events = Types d’événements
webhook-events-help = Noms de l’API séparés par des virgules, par exemple shipped, received. Pour tout transmettre, laissez le champ vide.
webhook-description = Description
webhook-description-help = Pour vous et vos collègues : quel système reçoit les événements.
webhook-expected-url = Entrez une adresse publique qui commence par https://, sans nom d’utilisateur, mot de passe ni partie après #.
webhook-expected-event = Entrez des noms comme shipped, received ou more-requested, séparés par des virgules.
webhook-new = Nouveau webhook
webhook-create = Créer le webhook
webhook-created = Le webhook vers { $url } a été créé
webhook-secret = Secret de signature
webhook-secret-new = Nouveau secret de signature
webhook-secret-once = Ce secret ne s’affiche qu’une fois. Entrez-le dans le système destinataire, qui s’en sert pour vérifier que les événements viennent bien d’ici.
webhook-secret-old = L’ancien secret reste valable pendant 24 heures.
webhook-copy = Copier le secret
webhook-is-active = Actif
webhook-is-paused = En pause
webhook-paused-since = En pause depuis le { $since }
webhook-paused-failing = Depuis trois jours, toutes les tentatives de transmettre un événement ont échoué. Corrigez le système destinataire, puis reprenez l’envoi.
webhook-paused-feed-reset = La base de données a été restaurée ou déplacée : on ne sait plus où l’envoi s’est arrêté. Pour le reprendre, passez aux nouveaux événements.
webhook-paused-gone = Le système destinataire a répondu qu’il n’existe plus (410 Gone). Corrigez l’adresse, puis reprenez l’envoi.
webhook-resume = Reprendre où l’envoi s’est arrêté
webhook-resume-latest = Passer aux nouveaux événements
webhook-details = Adresse et événements
webhook-deliveries = Envois
webhook-delivered = Dernier envoi réussi le { $at }.
webhook-delivered-none = Rien n’a encore été remis.
webhook-retrying = { $n ->
    [one] { $n } événement a échoué et sera envoyé de nouveau.
   *[other] { $n } événements ont échoué et seront envoyés de nouveau.
}
webhook-failures = Derniers échecs
webhook-failed-at = Quand
webhook-failed-because = Ce qui s’est passé
webhook-failure-address-not-allowed = L’adresse est privée ou réservée : rien n’y a été envoyé.
webhook-failure-bad-response = La réponse est illisible, ou la connexion a été coupée.
webhook-failure-name-not-resolved = Le nom du destinataire est introuvable.
webhook-failure-status = Le destinataire a répondu avec le code { $status }.
webhook-failure-timed-out = Le destinataire n’a pas répondu à temps.
webhook-failure-tls-failed = La connexion n’a pas pu être sécurisée. Vérifiez le certificat du destinataire.
webhook-failure-unreachable = Le destinataire est injoignable.
webhook-test = Envoyer un événement d’essai
webhook-test-delivered = L’événement d’essai a été remis
webhook-test-failed = L’événement d’essai n’a pas été remis
webhook-tested = Le destinataire a répondu avec le code { $status } après { $milliseconds } ms.
webhook-rotate = Créer un nouveau secret
webhook-remove = Supprimer le webhook
done-webhook = Vos modifications du webhook ont été enregistrées.
done-webhook-resumed = L’envoi a repris.
done-webhook-removed = Le webhook a été supprimé.
failure-webhook-feed-reset = L’envoi n’a pas repris
failure-webhook-feed-reset-text = On ne sait plus où il s’est arrêté, car la base de données a été restaurée ou déplacée. Passez plutôt aux nouveaux événements.
