# Une demande, telle que la voit la bibliothèque emprunteuse.
borrow-back = Demandes de votre bibliothèque
borrow-since = depuis le { $day }
borrow-files = Fichiers déposés
borrow-files-pending = La bibliothèque prêteuse n’a pas encore expédié cette demande. Ce qu’elle dépose apparaît ici dès l’expédition.
borrow-files-none = La bibliothèque prêteuse a expédié cette demande sans fichier.
borrow-files-over = Plus rien n’est livré pour cette demande.
borrow-left-of = { $whose } : { $left }
borrow-replaced = Remplacé le { $day }

borrow-preview-text = N’utilise aucun téléchargement ; votre consultation est consignée.
borrow-preview-not-free = Les règles de cette demande ne prévoient pas d’aperçu : pour voir le document, téléchargez-le.
borrow-preview-no-pages = L’aperçu de ce type de fichier n’est pas pris en charge.
borrow-preview-over = Les pages ne peuvent plus être consultées.

borrow-copyright = Avis de droit d’auteur
borrow-copyright-usual = Cette copie est fournie pour la recherche ou l’étude privée d’un seul usager. Elle est protégée par le droit d’auteur. Ne la remettez qu’à cet usager, ne la publiez pas et n’en faites pas d’autres copies ; toute autre utilisation peut exiger l’autorisation du titulaire du droit d’auteur.
borrow-acknowledge = J’ai lu l’avis de droit d’auteur et je m’y conformerai.
borrow-download = Télécharger
borrow-download-again = Télécharger de nouveau
borrow-cost-shared = Utilise un des { $limit } téléchargements que votre personnel et l’usager partagent ; il en reste { $n }.
borrow-cost-own = Utilise un des { $limit } téléchargements propres à votre personnel ; il en reste { $n }. Ceux de l’usager ne sont pas touchés.
borrow-cost-none = N’utilise aucun téléchargement.
borrow-go-on = Reprendre le téléchargement
borrow-go-on-text = Déjà compté : gratuit jusqu’au { $moment }.

borrow-ask = L’usager en a demandé plus à la bibliothèque prêteuse le { $day }.

borrow-problem = Signaler un problème avec { $name }
borrow-problem-text = { $library } en est avisée par courriel, le voit sur la demande et peut remplacer le fichier.
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
borrow-notices-none = Aucun courriel n’a été envoyé au sujet de cette demande.
borrow-history = Historique de cette demande

borrow-receive = Reçue ?
borrow-receive-mail = L’usager reçoit alors le courriel avec le lien.
borrow-receive-silent = Votre bibliothèque a désactivé le courriel à l’usager : personne ne reçoit d’avis.
borrow-receive-nobody = Cette demande ne nomme aucun usager : personne ne reçoit d’avis.
borrow-receive-no-address = Aucune adresse de courriel n’est connue pour cet usager : personne ne recevra de courriel. Après avoir marqué la demande comme reçue, copiez le lien sur cette page et remettez-le à l’usager.
borrow-tracks = L’usager peut aussi ouvrir une session pour suivre ses demandes : { $address }
borrow-receive-button = Marquer comme reçue

borrow-patron = Usager
borrow-patron-nobody = Cette demande ne nomme aucun usager : il n’y a personne à qui écrire ni pour qui créer un lien. Vous pouvez télécharger vous-même les documents pour l’usager.
borrow-mail-never = L’usager n’a pas encore reçu le courriel avec le lien.
borrow-mail-sent = Le serveur de courriel a accepté le courriel avec le lien.
borrow-mail-waiting = Le courriel avec le lien va partir.
borrow-mail-failed = Le courriel avec le lien n’est pas passé ; voyez les avis.
borrow-mail-no-address = L’usager n’a pas reçu de courriel, faute d’adresse. Copiez le lien ci-dessous et remettez-le-lui.
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

done-received-no-address = La demande est marquée comme reçue. L’usager n’a pas reçu de courriel, faute d’adresse : copiez le lien ci-dessous et remettez-le-lui.
done-received = La demande est marquée comme reçue.
done-cancel-asked = L’annulation est demandée à la bibliothèque prêteuse.
done-link = Le lien est créé. Copiez-le plus bas.
done-told-already = Le courriel est déjà en cours d’envoi : aucun autre n’a été ajouté. Les avis indiquent où il en est.
done-told = Le courriel part dans un instant. Les avis disent ce qu’il en est advenu.
done-problem = La bibliothèque prêteuse en est avisée.
