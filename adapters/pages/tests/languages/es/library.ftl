# Los datos de una biblioteca, que mantienen sus administradores.
library-sections = Partes de los datos de la biblioteca
library-record = Datos de la biblioteca
library-notices = Correos
library-copyright = Aviso de derechos de autor
library-accounts = Cuentas del personal
library-webhooks = Webhooks

library-name = Nombre de la biblioteca
library-email = Direcciones de correo del personal de préstamo interbibliotecario
library-email-help = Aquí llegan los correos para su personal y las respuestas de sus usuarios. Separe varias direcciones con comas: cada una recibe todos los correos.
library-zone = Zona horaria
library-zone-help = Por ejemplo, America/Toronto. Los días de su biblioteca terminan a la medianoche en esta zona horaria.
library-language = Idioma
library-language-help = Para los correos a su personal y para quienes no han elegido un idioma.
library-policy = Lo que pueden hacer sus usuarios
library-policy-help = El cambio se aplica a las solicitudes nuevas. También se aplica a las pendientes cuando se actualizan por primera vez.
policy-most = { $n ->
    [one] 1 descarga de cada documento como máximo
   *[other] { $n } descargas de cada documento como máximo
}
policy-days = { $n ->
    [one] Disponible durante 1 día como máximo después del envío
   *[other] Disponible durante { $n } días como máximo después del envío
}
policy-shared = Su personal y el usuario comparten estas descargas
policy-own = { $n ->
    [0] Estas descargas son solo del usuario, y su personal no tiene ninguna
    [one] Estas descargas son solo del usuario, y su personal tiene 1 propia
   *[other] Estas descargas son solo del usuario, y su personal tiene { $n } propias
}
policy-preview = Su personal puede ver los documentos en vista previa sin usar ninguna descarga
policy-no-preview = Su personal tiene que descargar un documento para verlo
policy-grants-none = No se pueden conceder descargas adicionales
policy-grants = { $n ->
    [one] La biblioteca prestadora puede conceder 1 descarga adicional
   *[other] La biblioteca prestadora puede conceder { $n } descargas adicionales
}
policy-grants-both = { $n ->
    [one] La biblioteca prestadora y la suya pueden conceder 1 descarga adicional
   *[other] La biblioteca prestadora y la suya pueden conceder { $n } descargas adicionales
}
policy-keep = { $n ->
    [0] Se elimina justo después del último día
    [one] Se conserva 1 día después del último día, para que se pueda conceder una prórroga
   *[other] Se conserva { $n } días después del último día, para que se pueda conceder una prórroga
}
library-accent = Color de los enlaces y botones
library-accent-help = Escriba # y seis dígitos hexadecimales, por ejemplo #0b5394. El texto blanco debe leerse con facilidad sobre este color. Deje el campo vacío para usar el color habitual.
library-channel = Cómo recibe su biblioteca los documentos que solicita
channel-account = Cuentas del personal
channel-account-help = Su personal inicia sesión aquí, ve los documentos y marca las solicitudes como recibidas.
channel-email = Correo electrónico
channel-email-help = Para bibliotecas que trabajan en otro sistema. En cuanto se envía una solicitud, mandamos el enlace a las direcciones anteriores.
library-logo = Logotipo
library-logo-alt = El logotipo de su biblioteca
library-logo-none = Todavía no ha subido ningún logotipo.
library-logo-choose = Imagen
library-logo-help = PNG, JPEG o WebP, de 14 kB como máximo. Aparece en las páginas de su personal y de sus usuarios, y en las páginas de descarga.
library-logo-put = Subir el logotipo
library-logo-remove = Eliminar el logotipo
done-library = Se guardaron los cambios de los datos de la biblioteca.
done-logo = Se subió el logotipo. Ya aparece en las páginas de su biblioteca.
done-logo-removed = Se eliminó el logotipo de las páginas de su biblioteca.
failure-library-email-unusable = Corrija las direcciones de correo de su biblioteca
failure-library-email-unusable-text = Una de las entradas no es una dirección completa, como ill@example.org, así que no se le envía ningún correo. Corríjala o elimínela.
failure-library-channel = Escriba una dirección de correo
failure-library-channel-text = No se cambió nada. Una biblioteca que recibe los documentos por correo necesita una dirección.
failure-library-logo = El logotipo no cambió
failure-library-logo-text = Elija una imagen PNG, JPEG o WebP de 14 kB como máximo.

notices-active = Correos que enviamos automáticamente
notices-active-help = Desmarque una casilla para dejar de enviar ese correo a sus usuarios y a su personal. Si usted mismo manda un enlace, se envía siempre.
notice-kind-received = Recibida, con documentos
notice-help-received = Al usuario, con el enlace, cuando su personal marca una solicitud como recibida.
notice-kind-more-granted = Prórroga concedida
notice-help-more-granted = Al usuario o a su personal, cuando obtienen más descargas o más tiempo.
notice-kind-replaced = Documento reemplazado
notice-help-replaced = Al usuario, y al personal que notificó un problema o pidió una prórroga, cuando se reemplaza un documento.
notice-kind-more-requested = Prórroga solicitada
notice-help-more-requested = A su personal, cuando alguien pide una prórroga para un documento que envió su biblioteca.
notice-kind-cancel-requested = Cancelación solicitada
notice-help-cancel-requested = A su personal, cuando una biblioteca solicitante pide a la suya que cancele una solicitud.
notice-kind-problem-reported = Problema notificado
notice-help-problem-reported = A su personal, cuando una biblioteca solicitante notifica un problema con un documento que envió su biblioteca.
notice-kind-problem-answered = Problema respondido
notice-help-problem-answered = A su personal, cuando la biblioteca prestadora responde a un problema que notificó.
notice-kind-shipped = Enviada, con el enlace
notices-texts = Textos de los correos
notices-texts-help = Elija un correo para cambiar su texto. Su texto reemplaza el estándar solo en ese idioma.
texts-to-patrons = A sus usuarios
texts-to-partners = A bibliotecas solicitantes sin cuenta, cuando su biblioteca presta
texts-to-borrowers = Al personal de bibliotecas solicitantes, cuando su biblioteca presta
texts-to-lenders = Al personal de bibliotecas prestadoras, cuando su biblioteca solicita
texts-own = su texto
texts-not-used = su texto no se usa
texts-standard = texto estándar
done-notices = Se guardó su elección de correos automáticos.

text-back = Todos los correos
text-of-received-patron = Al usuario
text-of-more-granted-patron = Al usuario
text-of-replaced-patron = Al usuario
text-of-shipped-partner = A una biblioteca solicitante sin cuenta
text-of-more-granted-partner = A una biblioteca solicitante sin cuenta
text-of-replaced-partner = A una biblioteca solicitante sin cuenta
text-of-more-granted-requester = Al personal de la biblioteca solicitante
text-of-replaced-requester = Al personal de la biblioteca solicitante
text-of-problem-answered-requester = Al personal de la biblioteca solicitante
text-of-more-requested-supplier = Al personal de la biblioteca prestadora
text-of-cancel-requested-supplier = Al personal de la biblioteca prestadora
text-of-problem-reported-supplier = Al personal de la biblioteca prestadora
text-subject = Asunto
text-text = Texto
text-html = Como correo con formato (HTML)
text-preview-button = Ver el correo
text-preview = Vista previa
text-preview-help = Muestra valores de ejemplo. Cambia mientras escribe o cuando elige «Ver el correo».
text-reset = Volver al texto estándar
text-not-used = Su texto no se usa
text-fault-unusable = No pudimos escribir un correo con su texto, así que enviamos el texto estándar. Acorte su texto o use menos marcadores, y guárdelo de nuevo.
text-fault-wrong = Su texto tiene el error que se muestra abajo. Hasta que lo corrija, enviamos el texto estándar.
text-placeholders = Marcadores
text-placeholders-help = Escriba texto sin formato. Al enviar un correo, los valores ocupan el lugar de los marcadores entre llaves, como {"{"}title{"}"}. Un párrafo se omite si uno de sus marcadores no tiene valor.
text-required = Obligatorio.
text-in-subject = También puede usarlo en el asunto.
text-error-subject = Asunto: { $error }
text-error-subject-empty = El asunto está vacío. Escriba un asunto o vuelva al texto estándar.
text-error-subject-too-long = El asunto tiene más de { $limit } caracteres (las letras acentuadas y los símbolos cuentan como dos a cuatro). Acórtelo.
text-error-subject-unknown = No existe el marcador { $name } para el asunto. Elija de la lista uno que se pueda usar en el asunto.
text-error-not-in-subject = No se puede usar { $name } en el asunto. Elija de la lista un marcador que sí se pueda usar ahí.
text-error-line = Línea { $line }: { $error }
text-error-crowded = { $name } tiene que estar solo en una línea. Pase las demás palabras a la línea anterior o a la siguiente.
text-error-empty = El texto está vacío. Escriba un texto o vuelva al texto estándar.
text-error-missing = Falta { $name }. Escríbalo solo en una línea.
text-error-several-lines = El asunto tiene más de una línea. Escríbalo en una sola.
text-error-stray-brace = Hay una llave {"}"} sin una {"{"} antes. Elimínela: las llaves son solo para los marcadores.
text-error-too-long = El texto tiene más de { $limit } caracteres (las letras acentuadas y los símbolos cuentan como dos a cuatro). Acórtelo.
text-error-too-often = Usó { $name } más de { $limit } veces. Elimine algunas.
text-error-unclosed = Hay una llave {"{"} sin una {"}"} después. Cierre el marcador o elimine la llave: las llaves son solo para los marcadores.
text-error-unknown = No existe el marcador { $name }. Elija uno de la lista.
placeholder-answer = la respuesta de la biblioteca prestadora al problema notificado, o una frase que dice que no dio ningún motivo. Solo en una línea.
placeholder-contact-email = la dirección de correo para las respuestas.
placeholder-documents = la lista de documentos. Solo en una línea.
placeholder-greeting = el saludo, con el nombre si se conoce.
placeholder-library = el nombre de la biblioteca que envía el correo.
placeholder-link = la dirección de la página de descarga, con un botón en HTML. Solo en una línea.
placeholder-note = el mensaje de quien hizo la petición. Solo en una línea.
placeholder-other-library = el nombre de la otra biblioteca.
placeholder-patron-name = el nombre del usuario.
placeholder-problems = los problemas que se notificaron. Solo en una línea.
placeholder-recipient-name = el nombre de la biblioteca que recibe el correo.
placeholder-request = el título y el número de la solicitud. En el texto, solo en una línea.
placeholder-request-number = el número de la solicitud.
placeholder-title = el título de lo que se solicitó.
failure-text = Su texto no se guardó
failure-text-text = Corrija el error que se indica junto al campo y guarde de nuevo. Hasta entonces, el correo queda como estaba.
done-text = Se guardó su texto. Lo usaremos a partir del próximo correo.
done-text-reset = Se usa de nuevo el texto estándar, a partir del próximo correo.

sample-patron = Carla Santos
sample-library = Biblioteca Universitaria de Toronto
sample-title = Sobre las glaciaciones
sample-file = sobre-las-glaciaciones.pdf
sample-description = El artículo completo
sample-note = La página 107 está cortada a la derecha.

copyright-lead = Hay que aceptar este aviso antes de descargar. El historial de cada solicitud indica qué versión se aceptó.
copyright-text = Texto del aviso
copyright-help = Déjelo vacío para usar el texto estándar. Cada línea forma un párrafo.
copyright-standard = Se usa el texto estándar.
copyright-in-use = Se usa la versión { $n }. Si cambia el texto, se crea una versión nueva.
copyright-versions = Versiones
copyright-none = Su biblioteca siempre ha usado el texto estándar.
copyright-version = Versión
copyright-version-no = Versión { $n }
copyright-since = En uso desde
copyright-by = Guardada por
copyright-now = en uso
copyright-back = Aviso de derechos de autor en uso
copyright-saved = Guardada el { $since } por { $by }
done-copyright = Se guardó el aviso de derechos de autor. Habrá que aceptarlo a partir de la próxima descarga.

account-person = Nombre
account-role = Función
account-state = Estado
account-is-enabled = Activa
account-is-disabled = Desactivada
account-new = Cuenta nueva
account-login-help = Letras de la a a la z, cifras y . _ - @. No se puede cambiar después, porque aparece en los historiales.
account-create = Crear la cuenta
account-created = Se creó la cuenta { $login }
account-password-new = Contraseña nueva
account-password-once = Esta contraseña se muestra una sola vez. Entréguela a la persona, que podrá cambiarla después de iniciar sesión.
account-copy = Copiar la contraseña
account-copied = Copiada
account-back = Todas las cuentas del personal
account-own = su propia cuenta
account-details = Nombre y función
account-access = Acceso
account-access-help = Cada una de estas acciones cierra la sesión de la cuenta en todos los dispositivos.
account-password-make = Crear una contraseña nueva
account-disable = Desactivar la cuenta
account-enable = Activar la cuenta
role-staff = Personal
role-administrator = Administrador
role-staff-long = Personal: puede prestar y solicitar
role-administrator-long = Administrador: también puede cambiar estos datos y las cuentas
done-account = Se guardaron los cambios de la cuenta.
done-account-disabled = La cuenta se desactivó y su sesión se cerró en todos los dispositivos.
done-account-enabled = La cuenta se activó. Su titular puede volver a iniciar sesión.
done-account-signed-out = La sesión de la cuenta se cerró en todos los dispositivos.
failure-account-taken = La cuenta no se creó
failure-account-taken-text = Este nombre de usuario ya está en uso, aquí o en otra biblioteca. Elija otro.
failure-account-last = La cuenta no cambió
failure-account-last-text = Es el último administrador de su biblioteca que puede iniciar sesión. Nombre antes a otro administrador.

webhooks-lead = Un webhook envía a otro sistema los eventos de las solicitudes de su biblioteca a medida que ocurren.
webhooks-none = Su biblioteca aún no tiene webhooks.
webhook-title = Webhook
webhook-back = Todos los webhooks
webhook-url = Dirección del receptor
webhook-url-help = La dirección debe empezar por https://. No se aceptan direcciones privadas, nombres de usuario ni contraseñas.
webhook-events = Tipos de eventos
webhook-events-help = Nombres de la API separados por comas, como shipped, received. Deje el campo vacío para enviar todos.
webhook-description = Descripción
webhook-description-help = Para usted y sus colegas: qué sistema recibe los eventos.
webhook-expected-url = Escriba una dirección pública que empiece por https://, sin nombre de usuario, contraseña ni parte después de #.
webhook-expected-event = Escriba nombres como shipped, received o more-requested, separados por comas.
webhook-new = Webhook nuevo
webhook-create = Crear el webhook
webhook-created = Se creó el webhook para { $url }
webhook-secret = Secreto de firma
webhook-secret-new = Secreto de firma nuevo
webhook-secret-once = Este secreto se muestra una sola vez. Introdúzcalo en el sistema receptor, que lo usa para comprobar que los eventos vienen de aquí.
webhook-secret-old = El secreto anterior sigue siendo válido durante 24 horas.
webhook-copy = Copiar el secreto
webhook-is-active = Activo
webhook-is-paused = En pausa
webhook-paused-since = En pausa desde { $since }
webhook-paused-failing = Un evento no pudo entregarse durante tres días. Corrija el sistema receptor y reanude el webhook.
webhook-paused-feed-reset = La base de datos se restauró o se trasladó, y no se sabe dónde se detuvo el webhook. Para reanudarlo, pase a los eventos nuevos.
webhook-paused-gone = El sistema receptor respondió que ya no existe (410 Gone). Corrija la dirección y reanude el webhook.
webhook-resume = Reanudar donde se detuvo
webhook-resume-latest = Pasar a los eventos nuevos
webhook-details = Dirección y eventos
webhook-deliveries = Entregas
webhook-delivered = La última entrega correcta fue el { $at }.
webhook-delivered-none = Aún no se ha entregado nada.
webhook-retrying = { $n ->
    [one] { $n } evento falló y se enviará de nuevo.
   *[other] { $n } eventos fallaron y se enviarán de nuevo.
}
webhook-failures = Últimos fallos
webhook-failed-at = Cuándo
webhook-failed-because = Qué ocurrió
webhook-failure-address-not-allowed = La dirección es privada o reservada, y no se le envió nada.
webhook-failure-bad-response = No se pudo leer la respuesta, o se cortó la conexión.
webhook-failure-name-not-resolved = No se encontró el nombre del receptor.
webhook-failure-status = El receptor respondió con el código { $status }.
webhook-failure-timed-out = El receptor no respondió a tiempo.
webhook-failure-tls-failed = No se pudo proteger la conexión. Compruebe el certificado del receptor.
webhook-failure-unreachable = No se pudo conectar con el receptor.
webhook-test = Enviar un evento de prueba
webhook-test-delivered = El evento de prueba se entregó
webhook-test-failed = El evento de prueba no se entregó
webhook-tested = El receptor respondió con el código { $status } tras { $milliseconds } ms.
webhook-rotate = Crear un secreto nuevo
webhook-remove = Eliminar el webhook
done-webhook = Se guardaron los cambios del webhook.
done-webhook-resumed = Se reanudó el webhook.
done-webhook-removed = Se eliminó el webhook.
failure-webhook-feed-reset = El webhook no se reanudó
failure-webhook-feed-reset-text = No se sabe dónde se detuvo, porque la base de datos se restauró o se trasladó. Pase a los eventos nuevos.
