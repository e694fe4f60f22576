# Une page d’un fichier en image, et pourquoi il n’y en a pas.
preview-back = Retour à « { $title } »
preview-look = Consulter les pages
preview-pages = Pages
preview-page = Page { $n } sur { $pages }
preview-previous = Page précédente
preview-next = Page suivante
preview-alt = Image de la page { $n } sur { $pages }
preview-not-whole = Il manque peut-être quelque chose sur cette page : une image ou une police ne peut pas être dessinée ici, ou le fichier est coupé. Le fichier téléchargé le montre.
preview-recorded = Consulter n’utilise aucun téléchargement. Votre consultation est consignée avec la demande.
preview-recorded-supplier = Votre consultation est consignée avec la demande.

failure-preview-busy = Un instant, s’il vous plaît
failure-preview-busy-text = Beaucoup de pages sont dessinées en même temps. Rechargez cette page dans quelques secondes.
failure-preview-damaged = La page ne peut pas être affichée
failure-preview-damaged-text = Le fichier est endommagé, ou trop complexe pour être dessiné ici. S’il ne s’ouvre pas non plus après le téléchargement, signalez un problème à la bibliothèque prêteuse.
failure-preview-encrypted = Le fichier demande un mot de passe
failure-preview-encrypted-text = On ne peut ni l’afficher ni l’imprimer sans lui. Signalez un problème, pour que la bibliothèque prêteuse l’envoie sans protection.
failure-preview-failed = La page n’a pas pu être dessinée
failure-preview-failed-text = La panne est de notre côté, et l’exploitant la trouve dans le journal. Le fichier lui-même est peut-être bon.
failure-preview-no-such-page = Cette page n’existe pas
failure-preview-no-such-page-text = Le fichier a moins de pages.
failure-preview-too-large = Le fichier est trop volumineux pour être affiché
failure-preview-too-large-text = Les pages de fichiers aussi volumineux ne sont pas dessinées. On peut le télécharger.
failure-preview-too-slow = La page a pris trop de temps
failure-preview-too-slow-text = Elle est trop complexe pour être dessinée ici, ou le serveur est occupé. Essayez une autre page, ou la même plus tard ; le fichier peut être téléchargé.
failure-preview-unknown-type = Aucune page à afficher
failure-preview-unknown-type-text = Seules les pages de fichiers PDF et d’images sont affichées. Ce fichier peut être téléchargé.
