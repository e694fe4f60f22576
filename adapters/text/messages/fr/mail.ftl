# Courriels. L’objet se termine par le titre demandé et, pour les bibliothèques, par le numéro de la demande.
mail-greeting = Bonjour { $name },
mail-greeting-unnamed = Bonjour,
mail-no-title = (sans titre)
mail-request = Demande { $number }
mail-title-and-number = { $title } (demande { $number })
mail-downloads-left = { $n ->
    [0] aucun téléchargement restant
    [1] 1 téléchargement restant
   *[other] { $n } téléchargements restants
}
mail-file-terms = { $downloads } ; dernier jour : { $day }
mail-recalled = Le { $day }, la bibliothèque prêteuse a remplacé un document envoyé par erreur. Veuillez supprimer toute copie téléchargée auparavant.
mail-recalled-file = { $name } : le { $day }, la bibliothèque prêteuse a remplacé un document envoyé par erreur. Veuillez supprimer toute copie téléchargée auparavant.
mail-note = Message joint :
mail-answer = Sa réponse :
mail-no-answer = Elle ne voit pas de raison de changer le document, et n’a rien écrit d’autre.
mail-button = Ouvrir la page de téléchargement
mail-counts = Ouvrir la page ne coûte rien ; seul un téléchargement est compté.
mail-button-fails = Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur :
mail-open-page = Pour lire l’avis de droit d’auteur et télécharger, ouvrez cette page :
mail-page-fails = Si elle ne s’ouvre pas, copiez toute la ligne ci-dessus dans la barre d’adresse de votre navigateur.
mail-terms-library = La copie est destinée à la personne qui l’a demandée à votre bibliothèque, à des fins de recherche ou d’étude privée, selon le droit d’auteur de votre pays. Ne transmettez pas ce message : quiconque l’a peut télécharger.
mail-terms-patron = Les copies sont fournies pour vos propres recherches ou votre étude privée, selon le droit d’auteur de votre pays. Ne transmettez pas ce message : quiconque l’a peut télécharger.
mail-questions = Des questions ? Écrivez à { $address }, ou répondez à ce message.
mail-problem-missing-page = Il manque une page ou une partie de page
mail-problem-unreadable = Le document est illisible
mail-problem-wrong-article = Ce n’est pas le document demandé
mail-problem-other = Autre problème

# Chaque courriel : son objet, la phrase du début et celle de la fin.
mail-cancel-requested-supplier-staff = { $library } souhaite annuler sa demande :
    .subject = Annulation demandée : { $request }
    .closing = Connectez-vous pour répondre. D’ici là, la demande reste telle quelle.
mail-more-granted-partner = Vous avez demandé plus de téléchargements ou plus de temps ; { $library } est d’accord :
    .subject = Vous pouvez télécharger de nouveau : { $request }
mail-more-granted-patron = Vous avez demandé plus de téléchargements ou plus de temps ; la bibliothèque est d’accord :
    .subject = Vous pouvez télécharger de nouveau : { $title }
mail-more-granted-requester-staff = Votre bibliothèque a demandé plus de téléchargements ou plus de temps ; { $library } est d’accord :
    .subject = Téléchargements accordés : { $request }
    .closing = Pour voir le document, connectez-vous et ouvrez la demande.
mail-more-requested-supplier-staff = { $library } : un lecteur demande plus de téléchargements, ou plus de temps, pour un document que vous avez envoyé.
    .subject = Téléchargements demandés : { $request }
    .closing = Connectez-vous et ouvrez la demande pour les accorder, ou pour en rester là.
mail-problem-answered-requester-staff = Votre bibliothèque a signalé un problème avec un document ; { $library } a répondu :
    .subject = Réponse à votre signalement : { $request }
    .reported = Ce qui a été signalé :
    .closing = Pour voir le document, connectez-vous et ouvrez la demande.
mail-problem-reported-supplier-staff = { $library } signale un problème avec un document que vous avez envoyé :
    .subject = Problème avec un document : { $request }
    .closing = Connectez-vous et ouvrez la demande : remplacez le document, retirez-le, ou répondez par écrit.
mail-received-patron = { $library } a fourni ce que vous avez demandé :
    .subject = Prêt à télécharger : { $title }
mail-replaced-partner = { $library } a remplacé un document déjà envoyé. Le nouveau a tous ses téléchargements :
    .subject = Remplacé : { $request }
mail-replaced-patron = La bibliothèque prêteuse, { $library }, a remplacé un document qu’elle vous a envoyé. Le nouveau a tous ses téléchargements :
    .subject = Une nouvelle copie est prête : { $title }
mail-replaced-requester-staff = { $library } a remplacé un document que votre bibliothèque avait signalé ou dont elle avait demandé la prolongation. Le nouveau a tous ses téléchargements :
    .subject = Une nouvelle copie est là : { $request }
    .closing = Pour voir le document, connectez-vous et ouvrez la demande. S’il reste un problème, connectez-vous et signalez-le.
mail-shipped-partner = { $library } a expédié ce que vous avez demandé :
    .subject = Expédié : { $request }
mail-notice = Il y a du nouveau pour cette demande :
    .subject = Au sujet de la demande : { $title }
