# Courriels. L’objet se termine par le titre demandé et, pour les bibliothèques, par le numéro de la demande.
mail-greeting = Bonjour { $name },
mail-greeting-unnamed = Bonjour,
mail-no-title = (sans titre)
mail-request = Demande { $number }
mail-title-and-number = { $title } (demande { $number })
mail-downloads-left = { $n ->
    [0] Aucun téléchargement restant
    [1] 1 téléchargement restant
   *[other] { $n } téléchargements restants
}
mail-available-from = Vous pourrez le télécharger à partir du { $from }.
    .supplier-staff = Il pourra être téléchargé à partir du { $from }.
mail-file-terms = { $downloads }. Dernier jour pour télécharger : { $day }
mail-recalled = La bibliothèque prêteuse s’est trompée de document et l’a remplacé le { $day }. Veuillez supprimer toute copie téléchargée auparavant.
mail-recalled-file = { $name } : la bibliothèque prêteuse s’est trompée de document et l’a remplacé le { $day }. Veuillez supprimer toute copie téléchargée auparavant.
mail-note = Message joint :
mail-answer = Réponse de la bibliothèque prêteuse :
mail-no-answer = La bibliothèque prêteuse a choisi de ne pas remplacer le document, sans préciser pourquoi.
mail-button = Ouvrir la page de téléchargement
mail-counts = Vous pouvez ouvrir la page sans utiliser de téléchargement.
mail-button-fails = Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur :
mail-open-page = Pour lire l’avis de droit d’auteur et télécharger, ouvrez cette page :
mail-page-fails = Si la page ne s’ouvre pas, copiez toute la ligne ci-dessus dans la barre d’adresse de votre navigateur.
mail-terms-library = Cette copie est destinée à la personne qui l’a demandée à votre bibliothèque, à des fins de recherche ou d’étude privée, conformément à la législation sur le droit d’auteur de votre pays. Veuillez ne pas transférer ce courriel : toute personne qui l’a en main peut se servir du lien.
mail-terms-patron = Les copies vous sont fournies pour votre propre usage, à des fins de recherche ou d’étude privée, conformément à la législation sur le droit d’auteur de votre pays. Veuillez ne pas transférer ce courriel : toute personne qui l’a en main peut se servir du lien.
mail-questions = Des questions? Répondez à ce courriel ou écrivez à { $address }.
mail-problem-missing-page = Il manque une page ou une partie de page
mail-problem-unreadable = Le document est illisible
mail-problem-wrong-article = Ce n’est pas le document demandé
mail-problem-other = Autre problème

# Chaque courriel : son objet, la phrase du début et celle de la fin.
mail-cancel-requested-supplier-staff = { $library } souhaite annuler cette demande :
    .subject = Annulation demandée : { $request }
    .closing = Ouvrez une session pour répondre. D’ici là, la demande reste inchangée.
mail-more-granted-partner = { $library } vous accorde la prolongation demandée :
    .subject = Prolongation accordée : { $request }
mail-more-granted-patron = La bibliothèque vous accorde la prolongation demandée :
    .subject = Prolongation accordée : { $title }
mail-more-granted-requester-staff = { $library } accorde à votre bibliothèque la prolongation demandée :
    .subject = Prolongation accordée : { $request }
    .closing = Pour voir le document, ouvrez une session et consultez la demande.
mail-more-requested-supplier-staff = Un usager ou un membre du personnel de la bibliothèque emprunteuse ({ $library }) demande plus de téléchargements ou plus de temps pour un document que vous avez envoyé :
    .subject = Prolongation demandée : { $request }
    .closing = Pour accorder une prolongation, ouvrez une session et consultez la demande. D’ici là, les limites du document restent les mêmes.
mail-problem-answered-requester-staff = { $library } a répondu à un problème signalé par votre bibliothèque :
    .subject = Réponse à un problème : { $request }
    .reported = Ce que votre bibliothèque a signalé :
    .closing = Pour voir le document, ouvrez une session et consultez la demande.
mail-problem-reported-supplier-staff = { $library } signale un problème avec un document que vous avez envoyé :
    .subject = Problème signalé : { $request }
    .closing = Ouvrez une session et consultez la demande. Vous pourrez remplacer le document, le supprimer ou répondre par écrit.
mail-received-patron = { $library } a envoyé ce que vous avez demandé. Vous pouvez maintenant le télécharger :
    .subject = Prêt à télécharger : { $title }
    .later = { $library } a envoyé ce que vous avez demandé. Voyez ci-dessous quand vous pourrez le télécharger :
    .subject-later = Envoyé à votre intention : { $title }
mail-replaced-partner = { $library } a remplacé un document qui vous avait été envoyé. Le nouveau document vous redonne droit à tous les téléchargements :
    .subject = Document remplacé : { $request }
mail-replaced-patron = La bibliothèque prêteuse, { $library }, a remplacé un document qui vous avait été envoyé. Le nouveau document vous redonne droit à tous les téléchargements :
    .subject = Document remplacé : { $title }
mail-replaced-requester-staff = { $library } a remplacé un document. Votre bibliothèque avait signalé un problème ou demandé une prolongation. Le nouveau document redonne droit à tous les téléchargements :
    .subject = Document remplacé : { $request }
    .closing = Pour voir le document, ouvrez une session et consultez la demande. S’il reste un problème, signalez-le au même endroit.
mail-shipped-partner = { $library } a envoyé ce que votre bibliothèque a demandé. Vous pouvez maintenant le télécharger :
    .subject = Prêt à télécharger : { $request }
    .later = { $library } a envoyé ce que votre bibliothèque a demandé. Voyez ci-dessous quand vous pourrez le télécharger :
    .subject-later = Envoyé à votre intention : { $request }
mail-notice = Il y a du nouveau au sujet de cette demande :
    .subject = Au sujet de votre demande : { $title }
