track-title = Seguir mis solicitudes
track-lead = Consulte el estado de sus solicitudes de préstamo interbibliotecario y descargue lo que ha llegado.
track-library = Su biblioteca
track-library-choose = Elija su biblioteca
track-number = Número de carné o dirección de correo
track-password = Contraseña del formulario de solicitud
track-password-help = La contraseña que escribió al enviar su solicitud.
track-show = Mostrar mis solicitudes
track-help = ¿Algo no funciona? El servicio de préstamo interbibliotecario de su biblioteca puede decirle cómo va su solicitud.
track-no-library = Ninguna biblioteca permite todavía seguir aquí las solicitudes. Pregunte a su biblioteca.

track-requests = Sus solicitudes
track-none = Aquí no hay solicitudes suyas. Una solicitud desaparece un tiempo después de que vencen sus documentos.
track-pages = Páginas de solicitudes
track-newest = Solicitudes más recientes
track-older = Solicitudes anteriores
track-back = Todas sus solicitudes

track-standing-pending = { $library } la tiene desde el { $day } y está buscando el documento.
track-standing-shipped = { $library } lo envió el { $day }.
track-standing-received = Ha llegado: su biblioteca lo recibió el { $day }.
track-standing-cancelled = Se canceló el { $day }.
track-standing-unfilled = { $library } no pudo atenderla, según comunicó el { $day }. Su biblioteca puede probar con otra.
track-standing-withdrawn = { $library } retiró su envío el { $day }. Su biblioteca sabe más.

track-attachment = Documento electrónico
track-no-attachment = No llegó ningún documento electrónico. Su biblioteca le dirá cómo lo recibirá.
track-nothing-left = no quedan descargas; puede pedir una prórroga
track-files = { $n ->
    [one] un documento
   *[other] { $n } documentos
}
track-goes-on = Su última descarga ya está contada: puede continuarla o repetirla sin costo.
track-asked = Pidió una prórroga el { $day }. La biblioteca prestadora todavía no ha respondido.
track-open = Abrir la página de descarga
track-open-help = Abrir la página no cuesta nada; solo se cuentan las descargas.
track-ask-help = En la página que se abre puede pedir a la biblioteca prestadora más descargas o más tiempo.
track-request = Su solicitud
track-request-number = Número de solicitud
track-asked-on = Fecha de la solicitud
track-supplier = Biblioteca prestadora

failure-track = No se encontraron sus solicitudes
failure-track-text = La biblioteca, el número de carné o la dirección de correo, o la contraseña no son correctos. Use los que escribió al enviar su solicitud.
failure-track-attempts = Demasiados intentos
failure-track-attempts-text = Espere 15 minutos antes de volver a intentarlo, o pregunte a su biblioteca por el estado de su solicitud.
