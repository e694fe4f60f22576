# Lo que leen los usuarios que siguen sus solicitudes.
track-title = Seguir mis solicitudes
track-lead = Consulte el estado de sus solicitudes de préstamo interbibliotecario y descargue los documentos que ya están disponibles.
track-library = Su biblioteca
track-library-choose = Elija su biblioteca
track-number = Número de carné o dirección de correo
track-password = Contraseña del formulario de solicitud
track-password-help = La contraseña que eligió al enviar su solicitud.
track-show = Mostrar mis solicitudes
track-help = ¿Necesita ayuda? Comuníquese con el servicio de préstamo interbibliotecario de su biblioteca.
track-no-library = Todavía no puede seguir aquí sus solicitudes. Pregunte por la suya en su biblioteca.

track-requests = Sus solicitudes
track-none = Aquí no hay solicitudes suyas. Una solicitud se elimina algún tiempo después de que vencen sus documentos.
track-pages = Páginas de solicitudes
track-newest = Solicitudes más recientes
track-older = Solicitudes anteriores
track-back = Todas sus solicitudes

track-status-pending = { $library } la tiene desde el { $day } y está buscando el documento.
track-status-shipped = { $library } atendió su solicitud el { $day }.
track-status-received = Lo que solicitó llegó a su biblioteca el { $day }.
track-status-cancelled = Su solicitud se canceló el { $day }.
track-status-unfilled = { $library } comunicó el { $day } que no pudo atender su solicitud. Su biblioteca puede probar con otra.
track-status-withdrawn = { $library } retiró el { $day } lo que había enviado. Pregunte por los detalles en su biblioteca.

track-attachment = Documentos electrónicos
track-no-attachment = Aquí no hay ningún documento para descargar. Su biblioteca le dirá cómo lo recibirá.
track-nothing-left = No queda nada por descargar.
track-may-ask = No queda nada por descargar. Puede pedir una prórroga.
track-files = { $n ->
    [one] 1 documento
   *[other] { $n } documentos
}
track-can-resume = Hasta el { $moment } puede continuar o repetir su última descarga sin usar otra.
track-extension-requested = Pidió una prórroga el { $day }. La biblioteca prestadora todavía no la ha concedido.
track-open = Abrir la página de descarga
track-open-help = Abrir la página no usa ninguna descarga.
track-extension-help = En la página siguiente puede pedir a la biblioteca prestadora más descargas o más tiempo.
track-request = Datos de la solicitud
track-request-number = Número de solicitud
track-requested-on = Fecha de la solicitud
track-supplier = Biblioteca prestadora

failure-track = No se encontraron sus solicitudes
failure-track-text = La biblioteca, el número de carné o la dirección de correo, o la contraseña no son correctos. Escriba los mismos que al enviar su solicitud.
failure-track-attempts = Demasiados intentos
failure-track-attempts-text = Espere 15 minutos antes de volver a intentarlo, o pregunte por su solicitud en su biblioteca.
