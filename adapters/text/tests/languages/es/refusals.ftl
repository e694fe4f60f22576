# Por qué no se hizo algo y qué se puede hacer. Lo lee el personal; los usuarios leen lo que se refiere a los documentos.
refusal-busy = Otras personas están cambiando esta solicitud. Inténtelo de nuevo dentro de un momento.
refusal-cancelled = La solicitud se canceló el { $day }.
refusal-ended = Esta descarga terminó el { $day }. Para obtener el documento de nuevo, use otra descarga.
refusal-exhausted = { $limit ->
    [0] Aquí no se permite ninguna descarga.
    [one] Ya se usó la única descarga. La biblioteca prestadora puede conceder una prórroga.
   *[other] Ya se usaron las { $limit } descargas. La biblioteca prestadora puede conceder una prórroga.
}
refusal-expired = El último día para descargar fue el { $day }. La biblioteca prestadora puede conceder una prórroga.
refusal-feed-reset = Se reemplazó la base de datos y la lista de eventos empezó de nuevo. Ábrala desde el principio.
refusal-forbidden = Su biblioteca o su cuenta no pueden hacer esto. Consulte a la otra biblioteca de esta solicitud o al administrador de la suya.
refusal-in-future = La fecha del cambio está más de 5 minutos por delante del reloj del servidor. Pida al administrador del sistema que revise el reloj del sistema que lo envió.
refusal-inspected = El archivo no fue aceptado: { $reason }.
refusal-never-fits = El archivo supera el límite de almacenamiento de su biblioteca, de { $limit }. Redúzcalo o pida al administrador del sistema que aumente el límite supplier_bytes.
refusal-no-free-preview = Según las condiciones de esta biblioteca, una vista previa usaría una descarga. Descargue el documento.
refusal-no-recipient = La solicitud no indica ningún usuario, o este no tiene dirección de correo. Añada lo que falta e inténtelo de nuevo.
refusal-over-limit = Eso está fuera del límite: { $most }.
refusal-over-quota = Se alcanzó el límite diario: { $used } de { $limit } { $what }. Inténtelo de nuevo a partir del { $moment }.
refusal-over-quota-bytes = No hay espacio para este archivo: su biblioteca usa { $used } de sus { $limit } de almacenamiento. Elimine los documentos que ya no necesita o pida al administrador del sistema que aumente el límite supplier_bytes.
refusal-nothing-attached = Esta solicitud no tiene documentos. Suba uno primero o confirme que quiere enviarla sin ninguno.
refusal-not-shipped = La biblioteca prestadora todavía no ha enviado esta solicitud.
refusal-not-yet-valid = El documento se puede descargar a partir del { $from }.
refusal-past-end = El { $day } ya pasó. Elija hoy o un día posterior. Para impedir las descargas de inmediato, desactive el enlace o elimine el documento.
refusal-purged = El documento se eliminó el { $day }, después de su último día. Si todavía lo necesita, solicítelo de nuevo.
refusal-removed = La biblioteca prestadora eliminó este documento el { $day }.
refusal-replaced = La biblioteca prestadora reemplazó este documento el { $day } porque era el equivocado. Elimine cualquier copia guardada y vuelva a cargar la página para obtener el correcto.
refusal-revoked = El enlace se desactivó el { $day }.
refusal-stale = Otra persona hizo un cambio mientras esta página estaba abierta. Ahora la página está actualizada: revísela e inténtelo de nuevo.
refusal-too-large = El archivo supera { $size }. Divídalo y suba las partes.
refusal-too-many-resends = El correo con el enlace se envió de nuevo { $limit } veces en una hora. Podrá enviarlo otra vez a partir del { $moment }, o entregue usted el enlace al usuario.
refusal-unacknowledged = Lea el aviso de derechos de autor y marque la casilla para aceptarlo.
refusal-unsupported-archive-combined = El archivo está unido a otros datos, así que cada programa lo abriría de forma distinta. Suba el documento y los archivos comprimidos uno por uno.
refusal-unsupported-archive-damaged = El archivo comprimido está dañado o incompleto, así que no se puede revisar su contenido. Créelo de nuevo o suba los archivos uno por uno.
refusal-unsupported-archive-empty = El archivo comprimido no contiene ningún archivo. Compruebe que es el correcto y créelo de nuevo.
refusal-unsupported-archive-inconsistent = El índice del archivo comprimido no coincide con su contenido, así que cada programa extraería archivos distintos. Créelo de nuevo o suba los archivos uno por uno.
refusal-unsupported-archive-nested = El archivo comprimido contiene otro, { $entry }, que no se puede revisar. Extraiga los archivos de ese otro y súbalos.
refusal-unsupported-archive-too-large = El archivo comprimido tiene demasiados archivos, o estos son mucho más grandes que él. Súbalos uno por uno.
refusal-unsupported-archive-unsafe = El archivo comprimido contiene enlaces o rutas que llevan fuera de él. Créelo de nuevo o suba los archivos uno por uno.
refusal-unsupported-content = El archivo contiene { $kind }. No se aceptan archivos de este tipo. Envíe el documento como PDF.
refusal-unsupported-encrypted = El archivo está protegido con una contraseña, así que no se puede revisar. Quite la contraseña o envíe un PDF sin ella.
refusal-unsupported-inside = El archivo comprimido contiene { $entry }. No se aceptan programas, scripts ni páginas web, tampoco dentro de un archivo comprimido. Quite ese archivo y súbalo de nuevo.
refusal-unsupported-macros = El archivo contiene { $kind } con macros. Guárdelo sin macros o como PDF.
refusal-unsupported-mismatch = El nombre del archivo termina en «.{ $ending }», pero el archivo contiene { $kind }. Compruebe que es el correcto y corrija el final del nombre.
refusal-unsupported-name = No se aceptan archivos cuyo nombre termina en «.{ $ending }», sea cual sea su contenido. Envíe el documento como PDF, con un nombre que termine en «.pdf».
refusal-unsupported-type = No se acepta este tipo de archivo. Envíe el documento como PDF.
refusal-vetoed = El sistema de solicitudes de su biblioteca no lo permite: { $reason }. No se modificó nada.
refusal-withdrawn = La biblioteca prestadora retiró este envío el { $day }.
refusal-wrong-status = El estado de esta solicitud ha cambiado. Vuelva a cargar la página para verlo.
refusal-unknown = Esta página o este elemento no existe, o su biblioteca no tiene acceso.
