sign-in-title = Ouverture de session du personnel
sign-in-help = Pas de compte, ou mot de passe oublié ? L’administrateur de votre bibliothèque crée les comptes et change les mots de passe.
login = Nom d’utilisateur
password = Mot de passe

account-title = Votre compte
account-password = Mot de passe
password-current = Mot de passe actuel
password-new = Nouveau mot de passe
password-again = Nouveau mot de passe, encore une fois
password-help = Au moins { $n } caractères. Une phrase se retient facilement.
password-change = Changer le mot de passe
account-language = Langue
account-language-label = Langue de ces pages
language-of-browser = Comme le navigateur le demande
account-everywhere = Autres appareils
account-everywhere-text = Ferme toutes les sessions de ce compte, celle-ci aussi. Utile si une session est restée ouverte quelque part.
sign-out-everywhere = Fermer toutes les sessions

done-signed-out = La session est fermée.
done-signed-out-everywhere = Toutes les sessions sont fermées.
done-password = Le mot de passe est changé. Les sessions des autres appareils sont fermées.
done-language = La langue est enregistrée.

failure-sign-in = La session n’est pas ouverte
failure-sign-in-text = Le nom d’utilisateur ou le mot de passe est incorrect. Le mot de passe distingue les majuscules des minuscules.
failure-sign-in-busy = Trop de connexions en même temps
failure-sign-in-busy-text = Votre mot de passe n’a pas été vérifié. Réessayez dans quelques secondes.
failure-attempts = Trop d’essais
failure-attempts-text = Attendez 15 minutes avant le prochain essai, ou demandez un nouveau mot de passe à l’administrateur de votre bibliothèque.
failure-password-wrong = Le mot de passe reste le même
failure-password-wrong-text = Le mot de passe actuel n’est pas le bon.
failure-password-differs = Le mot de passe reste le même
failure-password-differs-text = Les deux nouveaux mots de passe ne sont pas identiques.
failure-password-short = Le mot de passe reste le même
failure-password-short-text = Le nouveau mot de passe est trop court, trop long ou contient des caractères qui ne s’affichent pas.
failure-not-administrator = Pas avec ce compte
failure-not-administrator-text = Seul un administrateur de votre bibliothèque peut ouvrir cette page.
