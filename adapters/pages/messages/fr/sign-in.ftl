sign-in-title = Ouverture de session du personnel
sign-in-help = Vous n’avez pas de compte ou avez oublié votre mot de passe? L’administrateur de votre bibliothèque peut créer un compte ou un nouveau mot de passe.
login = Nom d’utilisateur
password = Mot de passe

account-title = Votre compte
account-password = Mot de passe
password-current = Mot de passe actuel
password-new = Nouveau mot de passe
password-again = Confirmation du nouveau mot de passe
password-help = Au moins { $n } caractères. Une courte phrase se retient facilement.
password-change = Changer votre mot de passe
account-language = Langue
account-language-label = Langue de ces pages
language-of-browser = Celle du navigateur
account-everywhere = Autres appareils
account-everywhere-text = Ferme vos sessions sur tous les appareils, y compris celui-ci. Utile si vous avez oublié de fermer une session quelque part.
sign-out-everywhere = Fermer toutes les sessions

done-signed-out = Votre session est fermée.
done-signed-out-everywhere = Toutes vos sessions sont fermées.
done-password = Votre mot de passe a été changé. Vos sessions sur les autres appareils sont fermées.
done-language = La langue de votre compte a été enregistrée.

failure-sign-in = Vérifiez le nom d’utilisateur et le mot de passe
failure-sign-in-text = L’un des deux est incorrect. Le mot de passe distingue les majuscules des minuscules.
failure-sign-in-busy = Trop de personnes ouvrent une session
failure-sign-in-busy-text = Votre mot de passe n’a pas été vérifié. Réessayez dans quelques secondes.
failure-attempts = Trop d’essais
failure-attempts-text = Attendez 15 minutes et réessayez, ou demandez un nouveau mot de passe à l’administrateur de votre bibliothèque.
failure-password-wrong = Votre mot de passe n’a pas été changé
failure-password-wrong-text = Le mot de passe actuel est incorrect. Saisissez-le de nouveau.
failure-password-differs = Votre mot de passe n’a pas été changé
failure-password-differs-text = Les deux nouveaux mots de passe sont différents. Saisissez deux fois le même.
failure-password-short = Votre mot de passe n’a pas été changé
failure-password-short-text = Le nouveau mot de passe est trop court, trop long ou contient des caractères qui ne s’affichent pas. Choisissez-en un autre.
failure-not-administrator = Vous n’avez pas l’autorisation requise
failure-not-administrator-text = Cette page est réservée aux administrateurs de votre bibliothèque. Adressez-vous à l’un d’eux.
