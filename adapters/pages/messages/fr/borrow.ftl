# Une demande, telle que la voit la bibliothèque emprunteuse.
borrow-back = Toutes les demandes d’emprunt
borrow-files = Documents de la bibliothèque prêteuse
borrow-files-pending = La bibliothèque prêteuse n’a pas encore expédié cette demande. Ses documents s’afficheront ici.
borrow-files-none = La bibliothèque prêteuse n’a joint aucun document à cette demande, ou elle l’a retiré.
borrow-files-over = Il n’y a aucun document pour cette demande.
borrow-replaced = Remplacé le { $day }

borrow-preview-text = L’aperçu n’utilise aucun téléchargement. Il est consigné dans l’historique de la demande.
borrow-preview-not-free = Cette demande n’offre pas d’aperçu. Pour voir le document, téléchargez-le.
borrow-preview-left-out = Ce serveur n’offre pas d’aperçus.
borrow-preview-no-pages = Il n’y a pas d’aperçu pour ce type de document.
borrow-preview-not-yet = L’aperçu sera offert à partir du { $from }.
borrow-preview-over = L’aperçu n’est plus disponible.

borrow-copyright = Avis de droit d’auteur
borrow-copyright-standard = Cette copie est fournie uniquement pour la recherche ou l’étude privée d’un seul usager. Elle est protégée par le droit d’auteur. Remettez-la à cet usager seulement, sans la publier ni en faire d’autres copies. Toute autre utilisation peut exiger l’autorisation du titulaire du droit d’auteur.
borrow-acknowledge = J’ai lu l’avis de droit d’auteur et je m’y conformerai.
borrow-download = Télécharger
borrow-download-again = Télécharger de nouveau
borrow-cost-shared = { $limit ->
    [one] C’est le seul téléchargement que votre personnel et l’usager partagent. Il en reste { $n }.
   *[other] Ce téléchargement compte parmi les { $limit } que votre personnel et l’usager partagent. Il en reste { $n }.
}
borrow-cost-own = { $limit ->
    [one] C’est le seul téléchargement de votre personnel. Il en reste { $n }. Ceux de l’usager ne sont pas utilisés.
   *[other] Ce téléchargement compte parmi les { $limit } de votre personnel. Il en reste { $n }. Ceux de l’usager ne sont pas utilisés.
}
borrow-cost-none = Ce téléchargement ne sera pas compté.
borrow-resume = Reprendre ou refaire le téléchargement
borrow-resume-text = Gratuit jusqu’au { $moment } : aucun autre téléchargement n’est utilisé.

borrow-extension-requested = L’usager a demandé une prolongation à la bibliothèque prêteuse le { $day }.

borrow-problem = Signaler un problème avec { $name }
borrow-problem-text = Nous enverrons un courriel à { $library }. Son personnel verra votre signalement et pourra remplacer le document.
borrow-problem-kind = Quel est le problème?
borrow-problem-missing-page = Il manque une page ou une partie de page
borrow-problem-unreadable = Le document est illisible
borrow-problem-wrong-article = Ce n’est pas le document demandé
borrow-problem-other = Autre problème
borrow-problem-note = Précisions pour la bibliothèque prêteuse, comme les numéros de page (facultatif)
borrow-problem-send = Signaler le problème
borrow-problem-reported = { $what } : signalé le { $day }
borrow-problem-open = La bibliothèque prêteuse n’a pas encore répondu.
borrow-problem-answered = La bibliothèque prêteuse a répondu le { $day } :

borrow-notices = Courriels
borrow-notices-none = Aucun courriel n’a encore été envoyé au sujet de cette demande.
borrow-history = Historique de cette demande

borrow-receive = Confirmer la réception
borrow-receive-mail = Quand vous marquez la demande comme reçue, nous envoyons le lien à l’usager par courriel.
borrow-receive-silent = Personne ne recevra de courriel, car votre bibliothèque a désactivé cet envoi.
borrow-receive-nobody = Aucun courriel ne sera envoyé quand vous marquerez la demande comme reçue.
borrow-receive-no-address = Aucun courriel ne sera envoyé quand vous marquerez la demande comme reçue. Remettez vous-même le lien à l’usager.
borrow-tracks = L’usager peut aussi ouvrir une session et suivre ses demandes ici : { $address }
borrow-receive-button = Marquer comme reçue

borrow-patron = Usager
borrow-patron-none = Cette demande n’indique aucun usager : il n’y a ni courriel à envoyer ni lien à créer. Votre personnel peut télécharger les documents que la bibliothèque prêteuse envoie.
borrow-mail-never = Le lien n’a pas encore été envoyé à l’usager par courriel.
borrow-mail-sent = Le serveur de courriel a accepté le courriel contenant le lien.
borrow-mail-waiting = Le courriel contenant le lien sera envoyé sous peu.
borrow-mail-failed = Le courriel contenant le lien n’a pas pu être remis. La raison figure dans la liste des courriels.
borrow-mail-no-address = L’usager ne peut pas recevoir de courriel, car son dossier n’indique aucune adresse. Copiez le lien ci-dessous et remettez-le à l’usager.
borrow-mail-no-address-yet = L’usager ne peut pas recevoir de courriel, car son dossier n’indique aucune adresse. Créez un lien ci-dessous et remettez-le à l’usager.
borrow-mail-silenced = Votre bibliothèque a désactivé ce courriel. Ce bouton l’envoie quand même.
borrow-notify = Envoyer le lien à l’usager par courriel
borrow-notify-again = Renvoyer le lien par courriel
borrow-url = Lien de l’usager
borrow-url-none = Il n’y a pas encore de lien pour l’usager.
borrow-url-create = Créer un lien
borrow-url-copy = Copier le lien
borrow-url-copied = Copié
borrow-url-text = Toute personne qui a ce lien peut télécharger. Ne le remettez qu’à l’usager.

borrow-facts = Détails de la demande
borrow-number = Numéro de votre bibliothèque
borrow-other-number = Numéro de la bibliothèque prêteuse
borrow-cancel = Demander l’annulation
borrow-cancel-text = Nous demanderons à la bibliothèque prêteuse d’annuler. D’ici sa réponse, la demande reste inchangée.
borrow-cancel-late = La bibliothèque prêteuse a déjà expédié cette demande. Si vous demandez l’annulation, elle peut retirer les documents ou refuser.
borrow-cancel-button = Demander l’annulation
borrow-cancel-requested = Vous avez demandé l’annulation le { $day }. La bibliothèque prêteuse n’a pas encore répondu.

done-received-no-address = La demande a été marquée comme reçue. L’usager n’a pas reçu de courriel, car son dossier n’indique aucune adresse. Remettez-lui le lien qui figure sur cette page.
done-received = La demande a été marquée comme reçue. La liste des courriels indique qui en est avisé.
done-cancel-requested = Vous avez demandé à la bibliothèque prêteuse d’annuler la demande. Sa réponse s’affichera sur cette page.
done-link = Le lien de l’usager a été créé. Copiez-le ci-dessous.
done-notified-already = Ce courriel est déjà en cours d’envoi. Aucun autre n’a été ajouté. La liste des courriels indique où il en est.
done-notified = Le courriel à l’usager sera envoyé sous peu. La liste des courriels indique où il en est.
done-problem = Le problème a été signalé à la bibliothèque prêteuse. Sa réponse s’affichera sur cette page.
