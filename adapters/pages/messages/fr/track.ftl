# Ce que lisent les usagers qui suivent leurs demandes.
track-title = Suivre mes demandes de prêt entre bibliothèques
track-lead = Voyez où en sont vos demandes de prêt entre bibliothèques et téléchargez ce qui est arrivé.
track-library = Votre bibliothèque
track-library-choose = Choisissez votre bibliothèque
track-number = Numéro de carte ou adresse de courriel
track-password = Mot de passe du formulaire de demande
track-password-help = Le mot de passe que vous avez saisi en envoyant votre demande.
track-show = Afficher mes demandes
track-help = Un problème ? Le service de prêt entre bibliothèques de votre bibliothèque peut vous dire où en est votre demande.
track-no-library = Aucune bibliothèque ne permet encore à ses usagers de suivre leurs demandes ici. Adressez-vous à la vôtre.

track-requests = Vos demandes
track-none = Aucune demande à votre nom ici. Une demande disparaît quelque temps après l’échéance de ses documents.
track-pages = Pages de demandes
track-newest = Demandes les plus récentes
track-older = Demandes plus anciennes
track-back = Toutes vos demandes

track-standing-pending = { $library } a reçu la demande le { $day } et cherche le document.
track-standing-shipped = { $library } l’a envoyé le { $day }.
track-standing-received = C’est arrivé : votre bibliothèque l’a reçu le { $day }.
track-standing-cancelled = La demande a été annulée le { $day }.
track-standing-unfilled = { $library } n’a pas pu fournir le document et l’a fait savoir le { $day }. Votre bibliothèque peut s’adresser à une autre.
track-standing-withdrawn = { $library } a retiré sa livraison le { $day }. Votre bibliothèque en sait plus.

track-attachment = Pièce jointe électronique
track-no-attachment = Aucun document électronique n’accompagne l’envoi. Votre bibliothèque vous dira comment l’obtenir.
track-nothing-left = plus rien à télécharger ; vous pouvez demander une prolongation
track-files = { $n ->
    [one] un document
   *[other] { $n } documents
}
track-goes-on = Votre dernier téléchargement est déjà compté : vous pouvez le reprendre ou le recommencer gratuitement.
track-asked = Vous avez demandé une prolongation le { $day }. La bibliothèque prêteuse n’a pas encore répondu.
track-open = Ouvrir la page de téléchargement
track-open-help = Ouvrir la page ne coûte rien ; seul un téléchargement est compté.
track-ask-help = La page qui s’ouvre permet de demander à la bibliothèque prêteuse d’autres téléchargements ou plus de temps.
track-request = Votre demande
track-request-number = Numéro de la demande
track-asked-on = Demandé le
track-supplier = Bibliothèque prêteuse

failure-track = Vos demandes sont introuvables
failure-track-text = La bibliothèque, le numéro de carte ou l’adresse de courriel, ou le mot de passe est incorrect. Saisissez ce que vous avez indiqué en envoyant votre demande.
failure-track-attempts = Trop d’essais
failure-track-attempts-text = Attendez 15 minutes avant le prochain essai, ou demandez à votre bibliothèque où en est votre demande.
