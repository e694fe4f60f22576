# Ce que lisent les usagers qui suivent leurs demandes.
track-title = Suivre vos demandes
track-lead = Voyez où en sont vos demandes de prêt entre bibliothèques et téléchargez les documents qui sont prêts.
track-library = Votre bibliothèque
track-library-choose = Choisissez votre bibliothèque
track-number = Numéro de carte ou adresse de courriel
track-password = Mot de passe du formulaire de demande
track-password-help = Le mot de passe choisi au moment d’envoyer votre demande.
track-show = Afficher mes demandes
track-help = Besoin d’aide? Communiquez avec le service de prêt entre bibliothèques de votre bibliothèque.
track-no-library = Le suivi des demandes n’est pas encore offert ici. Adressez-vous à votre bibliothèque pour savoir où en est votre demande.

track-requests = Vos demandes
track-none = Vous n’avez aucune demande ici. Une demande est retirée quelque temps après l’expiration de ses documents.
track-pages = Pages de demandes
track-newest = Demandes les plus récentes
track-older = Demandes plus anciennes
track-back = Toutes vos demandes

track-status-pending = { $library } a votre demande depuis le { $day } et cherche le document.
track-status-shipped = { $library } a satisfait votre demande le { $day }.
track-status-received = Ce que vous avez demandé est arrivé à votre bibliothèque le { $day }.
track-status-cancelled = Votre demande a été annulée le { $day }.
track-status-unfilled = { $library } n’a pas pu satisfaire votre demande et l’a fait savoir le { $day }. Votre bibliothèque peut s’adresser à une autre.
track-status-withdrawn = { $library } a retiré son envoi le { $day }. Adressez-vous à votre bibliothèque pour en savoir plus.

track-attachment = Documents électroniques
track-no-attachment = Il n’y a aucun document à télécharger ici. Votre bibliothèque vous dira comment l’obtenir.
track-nothing-left = Plus rien à télécharger.
track-may-ask = Plus rien à télécharger. Vous pouvez demander une prolongation.
track-files = { $n ->
    [one] 1 document
   *[other] { $n } documents
}
track-can-resume = Jusqu’au { $moment }, vous pouvez reprendre ou refaire votre dernier téléchargement sans en utiliser un autre.
track-extension-requested = Vous avez demandé une prolongation le { $day }. La bibliothèque prêteuse ne l’a pas encore accordée.
track-open = Ouvrir la page de téléchargement
track-open-help = Vous pouvez ouvrir la page sans utiliser de téléchargement.
track-extension-help = À la page suivante, vous pourrez demander à la bibliothèque prêteuse plus de téléchargements ou plus de temps.
track-request = Détails de la demande
track-request-number = Numéro de la demande
track-requested-on = Date de la demande
track-supplier = Bibliothèque prêteuse

failure-track = Vos demandes sont introuvables
failure-track-text = La bibliothèque, le numéro de carte ou l’adresse de courriel, ou le mot de passe est incorrect. Saisissez les mêmes renseignements qu’au moment d’envoyer votre demande.
failure-track-attempts = Trop d’essais
failure-track-attempts-text = Attendez 15 minutes et réessayez, ou demandez à votre bibliothèque où en est votre demande.
