# Une demande, telle que la voit la bibliothèque emprunteuse.
borrow-back = Demandes de votre bibliothèque
borrow-files = Documents de la bibliothèque prêteuse
borrow-files-pending = La bibliothèque prêteuse n’a pas encore expédié cette demande. Ce qu’elle dépose apparaît ici dès l’expédition.
borrow-files-none = La bibliothèque prêteuse a expédié cette demande sans document.
borrow-files-over = Il n’y a plus de document disponible pour cette demande.
borrow-left-of = { $whose } : { $left }
borrow-replaced = Remplacé le { $day }

borrow-preview-text = La consultation n’utilise aucun téléchargement. Elle est consignée dans l’historique de la demande.
borrow-preview-not-free = Cette demande ne permet pas d’aperçu : pour voir le document, téléchargez-le.
borrow-preview-left-out = Ce serveur n’offre pas d’aperçus.
borrow-preview-no-pages = Il n’y a pas d’aperçu pour ce type de document.
borrow-preview-over = L’aperçu n’est plus disponible.

borrow-copyright = Avis de droit d’auteur
borrow-copyright-usual = Cette copie est fournie pour la recherche ou l’étude privée d’un seul usager. Elle est protégée par le droit d’auteur. Ne la remettez qu’à cet usager, ne la publiez pas et n’en faites pas d’autres copies ; toute autre utilisation peut exiger l’autorisation du titulaire du droit d’auteur.
borrow-acknowledge = J’ai lu l’avis de droit d’auteur et je m’y conformerai.
borrow-download = Télécharger
borrow-download-again = Télécharger de nouveau
borrow-cost-shared = Cela utilise un des { $limit } téléchargements que votre personnel partage avec l’usager. Restants : { $n }.
borrow-cost-own = Cela utilise un des { $limit } téléchargements de votre personnel. Restants : { $n }. Ceux de l’usager restent intacts.
borrow-cost-none = Cela n’utilise aucun téléchargement.
borrow-go-on = Reprendre ou refaire le téléchargement
borrow-go-on-text = Déjà compté : gratuit jusqu’au { $moment }.

borrow-ask = L’usager a demandé une prolongation à la bibliothèque prêteuse le { $day }.

borrow-problem = Signaler un problème avec { $name }
borrow-problem-text = Nous envoyons un courriel à { $library }. Son personnel voit votre signalement avec la demande et peut remplacer le document.
borrow-problem-what = Qu’est-ce qui ne va pas ?
borrow-problem-missing-page = Une page manque ou est coupée
borrow-problem-unreadable = C’est illisible
borrow-problem-wrong-article = Ce n’est pas ce qui a été demandé
borrow-problem-other = Autre chose
borrow-problem-note = Quelles pages, ou ce que la bibliothèque prêteuse doit savoir d’autre (facultatif)
borrow-problem-send = Signaler le problème
borrow-problem-reported = { $what } : signalé le { $day }
borrow-problem-open = Pas encore de réponse.
borrow-problem-answered = La bibliothèque prêteuse a répondu le { $day } :

borrow-notices = Avis
borrow-notices-none = Aucun courriel n’a encore été envoyé au sujet de cette demande.
borrow-history = Historique de cette demande

borrow-receive = Reçue ?
borrow-receive-mail = L’usager reçoit alors un courriel avec le lien.
borrow-receive-silent = Votre bibliothèque a désactivé le courriel aux usagers : personne ne recevra de courriel.
borrow-receive-nobody = Marquer la demande comme reçue n’envoie aucun courriel.
borrow-receive-no-address = Marquer la demande comme reçue n’envoie aucun courriel. Remettez vous-même le lien à l’usager.
borrow-tracks = L’usager peut aussi ouvrir une session pour suivre ses demandes : { $address }
borrow-receive-button = Marquer comme reçue

borrow-patron = Usager
borrow-patron-nobody = Cette demande ne nomme aucun usager : il n’y a personne à qui écrire ni pour qui créer un lien. Vous pouvez télécharger vous-même les documents pour l’usager.
borrow-mail-never = L’usager n’a pas encore reçu le courriel avec le lien.
borrow-mail-sent = Le serveur de courriel a accepté le courriel avec le lien.
borrow-mail-waiting = Le courriel avec le lien va partir.
borrow-mail-failed = Le courriel avec le lien n’a pas pu être remis. Les avis indiquent pourquoi.
borrow-mail-no-address = L’usager ne peut pas recevoir de courriel, faute d’adresse. Copiez le lien ci-dessous et remettez-le-lui.
borrow-mail-no-address-yet = L’usager ne peut pas recevoir de courriel, faute d’adresse. Créez le lien ci-dessous et remettez-le-lui.
borrow-mail-silenced = Votre bibliothèque a désactivé ce courriel. Ce bouton l’envoie quand même.
borrow-tell = Envoyer le courriel
borrow-tell-again = Renvoyer le courriel
borrow-url = Adresse du document
borrow-url-none = Aucun lien n’a encore été créé pour l’usager.
borrow-url-make = Créer le lien
borrow-url-copy = Copier
borrow-url-copied = Copié
borrow-url-text = Pour l’usager seul : quiconque la possède peut télécharger.

borrow-facts = Demande
borrow-number = Numéro
borrow-other-number = Numéro de la bibliothèque prêteuse
borrow-cancel = Demander l’annulation
borrow-cancel-text = La bibliothèque prêteuse est consultée et répond. D’ici là, la demande tient.
borrow-cancel-late = La demande est déjà expédiée. La bibliothèque prêteuse est consultée ; elle peut retirer les documents, ou maintenir la livraison.
borrow-cancel-button = Demander l’annulation de cette demande
borrow-cancel-asked = Vous avez demandé l’annulation le { $day }. La bibliothèque prêteuse n’a pas encore répondu.

done-received-no-address = La demande est marquée comme reçue. L’usager n’a pas reçu de courriel, faute d’adresse. Remettez-lui le lien qui figure sur cette page.
done-received = La demande est marquée comme reçue.
done-cancel-asked = L’annulation est demandée à la bibliothèque prêteuse.
done-link = Le lien est créé. Copiez-le plus bas.
done-told-already = Le courriel est déjà en cours d’envoi : aucun autre n’a été ajouté. Les avis indiquent où il en est.
done-told = Le courriel part dans un instant. Les avis indiquent où il en est.
done-problem = La bibliothèque prêteuse en est avisée.
