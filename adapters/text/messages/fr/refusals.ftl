# Ce qui a été refusé, et que faire ensuite. Le personnel lit ces textes; les usagers, ceux qui parlent d’un document.
refusal-busy = D’autres personnes modifient cette demande. Réessayez dans un instant.
refusal-cancelled = La demande a été annulée le { $day }.
refusal-ended = Ce téléchargement a pris fin le { $day }. Pour obtenir de nouveau le document, utilisez un autre téléchargement.
refusal-exhausted = { $limit ->
    [0] Aucun téléchargement n’est permis ici.
    [one] Le seul téléchargement permis a été utilisé. La bibliothèque prêteuse peut accorder une prolongation.
   *[other] Les { $limit } téléchargements ont été utilisés. La bibliothèque prêteuse peut accorder une prolongation.
}
refusal-expired = Le dernier jour pour télécharger le document était le { $day }. La bibliothèque prêteuse peut accorder une prolongation.
refusal-feed-reset = La base de données a été remplacée, et la liste des événements est repartie de zéro. Rouvrez-la depuis le début.
refusal-forbidden = Votre bibliothèque ou votre compte ne permet pas cette action. Adressez-vous à l’autre bibliothèque, ou à l’administrateur de la vôtre.
refusal-in-future = La date de la modification devance de plus de 5 minutes l’horloge du serveur. Demandez à l’administrateur du système de vérifier l’horloge du système qui l’a envoyée.
refusal-inspected = Le fichier n’a pas été accepté : { $reason }.
refusal-never-fits = À lui seul, le fichier dépasse l’espace dont dispose votre bibliothèque ({ $limit }). Réduisez-le, ou demandez à l’administrateur du système de relever la limite supplier_bytes.
refusal-no-free-preview = Selon les règles de cette bibliothèque, un aperçu utiliserait un téléchargement. Téléchargez plutôt le document.
refusal-no-recipient = La demande n’indique aucun usager, ou l’usager n’a pas d’adresse de courriel. Ajoutez ce qui manque, puis réessayez.
refusal-over-limit = Cette valeur n’est pas permise. Limite : { $most }.
refusal-over-quota = La limite quotidienne est atteinte : { $used } sur { $limit } { $what }. Réessayez à partir du { $moment }.
refusal-over-quota-bytes = Il n’y a plus assez de place pour ce fichier : votre bibliothèque utilise déjà { $used } des { $limit } dont elle dispose. Supprimez les documents devenus inutiles, ou demandez à l’administrateur du système de relever la limite supplier_bytes.
refusal-nothing-attached = Cette demande ne contient aucun document. Téléversez d’abord un document, ou confirmez que vous voulez expédier sans document.
refusal-not-shipped = La bibliothèque prêteuse n’a pas encore expédié cette demande.
refusal-not-yet-valid = Le document pourra être téléchargé à partir du { $from }.
refusal-past-end = Le { $day } est passé. Choisissez la date d’aujourd’hui ou une date ultérieure. Pour arrêter les téléchargements dès maintenant, désactivez le lien ou supprimez le document.
refusal-purged = Le document a été supprimé le { $day }, après son dernier jour. S’il vous le faut encore, faites une nouvelle demande.
refusal-removed = La bibliothèque prêteuse a supprimé ce document le { $day }.
refusal-replaced = La bibliothèque prêteuse a remplacé ce document le { $day } parce que ce n’était pas le bon. Supprimez toute copie enregistrée, puis rechargez la page pour obtenir le bon document.
refusal-revoked = Le lien a été désactivé le { $day }.
refusal-stale = Quelqu’un a fait une modification pendant que cette page était ouverte. La page est maintenant à jour. Vérifiez-la, puis réessayez.
refusal-too-large = Le fichier dépasse { $size }. Divisez-le et téléversez les parties.
refusal-too-many-resends = Le courriel contenant le lien a été renvoyé { $limit } fois en une heure. Vous pourrez le renvoyer à partir du { $moment }, ou remettre vous-même le lien à l’usager.
refusal-unacknowledged = Lisez l’avis de droit d’auteur et cochez la case pour l’accepter.
refusal-unsupported-archive-combined = Le fichier réunit une archive et d’autres données : son contenu dépendrait du logiciel qui l’ouvre. Téléversez séparément le document et les fichiers de l’archive.
refusal-unsupported-archive-damaged = L’archive est endommagée ou incomplète : ses fichiers ne peuvent pas être vérifiés. Recréez-la, ou téléversez les fichiers un à un.
refusal-unsupported-archive-empty = L’archive ne contient aucun fichier. Vérifiez que c’est la bonne, puis recréez-la.
refusal-unsupported-archive-inconsistent = La table des matières de l’archive ne correspond pas à ses fichiers : le résultat dépendrait du logiciel qui l’extrait. Recréez l’archive, ou téléversez les fichiers un à un.
refusal-unsupported-archive-nested = L’archive contient une autre archive, { $entry }, qui ne peut pas être vérifiée. Extrayez-en les fichiers et téléversez-les.
refusal-unsupported-archive-too-large = L’archive contient trop de fichiers, ou des fichiers beaucoup plus gros qu’elle. Téléversez les fichiers un à un.
refusal-unsupported-archive-unsafe = L’archive contient des liens, ou des chemins qui en sortent. Recréez-la, ou téléversez les fichiers un à un.
refusal-unsupported-content = Le fichier contient { $kind }. Ce type de fichier n’est pas accepté. Envoyez le document en PDF.
refusal-unsupported-encrypted = Le fichier est protégé par un mot de passe et ne peut pas être vérifié. Retirez le mot de passe, ou envoyez un PDF qui n’en a pas.
refusal-unsupported-inside = L’archive contient { $entry }. Les programmes, les scripts et les pages Web ne sont pas acceptés, même dans une archive. Retirez ce fichier, puis téléversez l’archive de nouveau.
refusal-unsupported-macros = Le fichier contient { $kind } avec des macros. Enregistrez-le sans macros, ou en PDF.
refusal-unsupported-mismatch = Le nom du fichier se termine par « .{ $ending } », mais le fichier contient { $kind }. Vérifiez que c’est le bon fichier, puis corrigez la fin de son nom.
refusal-unsupported-name = Les fichiers dont le nom se termine par « .{ $ending } » ne sont pas acceptés, quel que soit leur contenu. Envoyez le document en PDF, sous un nom qui se termine par « .pdf ».
refusal-unsupported-type = Ce type de fichier n’est pas accepté. Envoyez le document en PDF.
refusal-vetoed = Le système de gestion des demandes de votre bibliothèque ne le permet pas : { $reason }. Rien n’a été modifié.
refusal-withdrawn = La bibliothèque prêteuse a retiré cette livraison le { $day }.
refusal-wrong-status = L’état de cette demande a changé. Rechargez la page pour le voir.
refusal-unknown = Cette page ou cet élément n’existe pas, ou votre bibliothèque n’y a pas accès.
