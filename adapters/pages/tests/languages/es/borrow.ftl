# Una solicitud, tal como la ve la biblioteca solicitante.
borrow-back = Todas las solicitudes de su biblioteca
borrow-files = Documentos de la biblioteca prestadora
borrow-files-pending = La biblioteca prestadora todavía no ha enviado esta solicitud. Sus documentos aparecerán aquí.
borrow-files-none = No hay documentos. La biblioteca prestadora envió esta solicitud sin ninguno, o lo eliminó.
borrow-files-over = No hay documentos para esta solicitud.
borrow-replaced = Reemplazado el { $day }

borrow-preview-text = La vista previa no usa ninguna descarga. Queda registrada en el historial de la solicitud.
borrow-preview-not-free = Esta solicitud no tiene vista previa. Para ver el documento, descárguelo.
borrow-preview-left-out = Este servidor no ofrece vistas previas.
borrow-preview-no-pages = No hay vista previa para este tipo de documento.
borrow-preview-not-yet = La vista previa estará disponible a partir del { $from }.
borrow-preview-over = La vista previa ya no está disponible.

borrow-copyright = Aviso de derechos de autor
borrow-copyright-standard = Esta copia se entrega únicamente para la investigación o el estudio personal de un usuario. Está protegida por derechos de autor. Entréguela solo a esa persona; no la publique ni haga otras copias. Cualquier otro uso puede requerir la autorización del titular de los derechos.
borrow-acknowledge = He leído el aviso de derechos de autor y lo respetaré.
borrow-download = Descargar
borrow-download-again = Descargar de nuevo
borrow-cost-shared = Esto usa 1 de las { $limit } descargas que comparten su personal y el usuario. Quedan { $n }.
borrow-cost-own = Esto usa 1 de las { $limit } descargas de su personal. Quedan { $n }. Las descargas del usuario no se usan.
borrow-cost-none = Esto no usa ninguna descarga.
borrow-resume = Continuar o repetir la descarga
borrow-resume-text = Esto no usa otra descarga hasta el { $moment }.

borrow-extension-requested = El usuario pidió una prórroga a la biblioteca prestadora el { $day }.

borrow-problem = Notificar un problema con { $name }
borrow-problem-text = Avisaremos por correo a { $library }. Su personal verá lo que usted notifique y podrá reemplazar el documento.
borrow-problem-kind = ¿Cuál es el problema?
borrow-problem-missing-page = Falta una página o está cortada
borrow-problem-unreadable = El documento no se puede leer
borrow-problem-wrong-article = No es el documento que se solicitó
borrow-problem-other = Otro problema
borrow-problem-note = Detalles para la biblioteca prestadora, como los números de página (opcional)
borrow-problem-send = Notificar el problema
borrow-problem-reported = { $what }: notificado el { $day }
borrow-problem-open = La biblioteca prestadora todavía no ha respondido.
borrow-problem-answered = La biblioteca prestadora respondió el { $day }:

borrow-notices = Correos
borrow-notices-none = Todavía no se ha enviado ningún correo sobre esta solicitud.
borrow-history = Historial de esta solicitud

borrow-receive = Confirmar la recepción
borrow-receive-mail = Cuando marque la solicitud como recibida, enviaremos el enlace por correo al usuario.
borrow-receive-silent = No se enviará ningún correo, porque su biblioteca desactivó este aviso.
borrow-receive-nobody = No se enviará ningún correo cuando marque la solicitud como recibida.
borrow-receive-no-address = No se enviará ningún correo cuando marque la solicitud como recibida. Entregue usted el enlace al usuario.
borrow-tracks = El usuario también puede iniciar sesión y seguir sus solicitudes aquí: { $address }
borrow-receive-button = Marcar como recibida

borrow-patron = Usuario
borrow-patron-none = Esta solicitud no indica ningún usuario, así que no hay a quién escribir ni enlace que crear. Su personal puede descargar los documentos que envíe la biblioteca prestadora.
borrow-mail-never = El enlace todavía no se ha enviado por correo al usuario.
borrow-mail-sent = El servidor de correo aceptó el mensaje con el enlace.
borrow-mail-waiting = El correo con el enlace se enviará en breve.
borrow-mail-failed = El correo con el enlace no se pudo entregar. Vea el motivo en la lista de correos.
borrow-mail-no-address = No se puede escribir al usuario, porque no hay ninguna dirección de correo registrada. Copie el enlace más abajo y entrégueselo.
borrow-mail-no-address-yet = No se puede escribir al usuario, porque no hay ninguna dirección de correo registrada. Cree un enlace más abajo y entrégueselo.
borrow-mail-silenced = Su biblioteca desactivó este aviso. Si usa este botón, el correo se envía de todos modos.
borrow-notify = Enviar el enlace al usuario
borrow-notify-again = Enviar el enlace de nuevo
borrow-url = Enlace del usuario
borrow-url-none = Todavía no hay un enlace para el usuario.
borrow-url-create = Crear un enlace
borrow-url-copy = Copiar el enlace
borrow-url-copied = Copiado
borrow-url-text = Quien tenga este enlace puede descargar. Entréguelo solo al usuario.

borrow-facts = Datos de la solicitud
borrow-number = Número de su biblioteca
borrow-other-number = Número de la biblioteca prestadora
borrow-cancel = Solicitar la cancelación
borrow-cancel-text = Pediremos a la biblioteca prestadora que la cancele. Hasta que responda, la solicitud no cambia.
borrow-cancel-late = La biblioteca prestadora ya envió esta solicitud. Si le pide que la cancele, podrá retirar los documentos o rechazar la cancelación.
borrow-cancel-button = Solicitar la cancelación
borrow-cancel-requested = Usted pidió la cancelación el { $day }. La biblioteca prestadora todavía no ha respondido.

done-received-no-address = La solicitud se marcó como recibida. No se escribió al usuario, porque no hay ninguna dirección de correo registrada. Entréguele el enlace de esta página.
done-received = La solicitud se marcó como recibida. La lista de correos indica a quién se avisa.
done-cancel-requested = Pidió a la biblioteca prestadora que cancele la solicitud. Su respuesta aparecerá en esta página.
done-link = Se creó el enlace del usuario. Cópielo más abajo.
done-notified-already = Este correo ya se está enviando, así que no se añadió otro. La lista de correos indica su estado.
done-notified = El correo al usuario se enviará en breve. La lista de correos indica su estado.
done-problem = Se notificó el problema a la biblioteca prestadora. Su respuesta aparecerá en esta página.
