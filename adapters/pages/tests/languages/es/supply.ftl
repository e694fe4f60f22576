# Las páginas de una solicitud para el personal de la biblioteca prestadora.
supply-back = Todas las solicitudes por atender
supply-facts = Datos de la solicitud
supply-for = Para { $library }
supply-number = Número de su biblioteca
supply-their-number = Número de la biblioteca solicitante
supply-service = Servicio
supply-service-copy = Copia
supply-service-copyorloan = Copia o préstamo
supply-service-loan = Préstamo
supply-policy = Límites
supply-policy-text = { $downloads ->
    [one] Hasta 1 descarga,
   *[other] Hasta { $downloads } descargas,
} { $days ->
    [one] durante 1 día como máximo después del envío
   *[other] durante { $days } días como máximo después del envío
}
supply-history = Historial de esta solicitud
supply-why = Motivo
supply-why-optional = Motivo, para el historial (opcional)

supply-files = Documentos
supply-files-none = Todavía no hay documentos. Suba uno más abajo.
supply-files-none-over = No hay documentos.
supply-file-closed = La biblioteca solicitante y su usuario no pueden descargar este documento.
supply-version = versión { $n }
supply-recalled = Un documento equivocado se reemplazó el { $day } y se eliminó de este servidor. A quienes lo descargaron se les pide que eliminen sus copias.
supply-change = Modificar
supply-change-this = Modificar { $name }
supply-download = Descargar una copia para el personal
supply-download-this = Descargar una copia de { $name } para el personal
supply-up = Subir { $name } en la lista
supply-down = Bajar { $name } en la lista

supply-upload = Subir documentos
supply-description = Descripción
supply-description-help = Opcional. Se aplica a todos los archivos que elija aquí. Después puede cambiarla en cada documento.
supply-description-one = Descripción
supply-downloads = Descargas
supply-days = Días después del envío
supply-choose = Archivos
supply-choose-help = Lo mejor es un PDF. Cada archivo puede tener hasta { $size }.
supply-drop = También puede arrastrar los archivos hasta aquí.
supply-queue = Archivos por subir
supply-attach = Subir los archivos
supply-sending = Subiendo
supply-storing = Guardando y revisando el archivo
supply-sent = Subido
supply-interrupted = La carga se interrumpió y este archivo no se guardó. Inténtelo de nuevo.
supply-signed-out = Su sesión terminó. Inicie sesión en otra pestaña y después vuelva aquí e inténtelo de nuevo.
supply-too-large = El archivo supera { $size }. Divídalo y suba las partes.
supply-again = Intentar de nuevo
supply-remove-from-list = Quitar de la lista
supply-file-failed = { $name }: { $why }
supply-some-attached = { $n ->
    [one] El otro archivo sí se subió.
   *[other] Los otros { $n } archivos sí se subieron.
}
supply-too-many = { $n ->
    [one] Se subió el primer archivo, que es lo máximo que se puede enviar a la vez. Suba los demás por separado.
   *[other] Se subieron los primeros { $n } archivos, que es lo máximo que se puede enviar a la vez. Suba los demás por separado.
}
supply-upload-stopped = Los archivos siguientes no se leyeron. Elíjalos de nuevo.

supply-ship = Enviar la solicitud
supply-ship-lead = Al enviar esta solicitud:
supply-ship-sees = { $n ->
    [one] { $library } podrá ver el documento de inmediato, y su usuario, en la página de seguimiento.
   *[other] { $library } podrá ver los { $n } documentos de inmediato, y su usuario, en la página de seguimiento.
}
supply-ship-sees-alone = { $n ->
    [one] { $library } podrá ver el documento de inmediato.
   *[other] { $library } podrá ver los { $n } documentos de inmediato.
}
supply-ship-sees-partner = { $n ->
    [one] Quien tenga el enlace de { $library } podrá descargar el documento de inmediato.
   *[other] Quien tenga el enlace de { $library } podrá descargar los { $n } documentos de inmediato.
}
supply-ship-nothing-partner = { $library } no recibirá ningún documento, porque no se ha subido ninguno.
supply-ship-nothing = { $library } verá que la solicitud se envió, pero no recibirá ningún documento, porque no se ha subido ninguno.
supply-ship-ends = { $n ->
    [one] El último día para descargarlo es el { $day }.
   *[other] El último día para descargarlos es el { $day }.
}
supply-ship-ends-differ = El último día no es el mismo para todos los documentos: va del { $first } al { $last }.
supply-ship-partner = { $library } no tiene cuenta aquí. Enviaremos el enlace a { $address } de inmediato.
supply-ship-partner-later = { $library } no tiene cuenta aquí. Enviaremos el enlace a { $address } cuando usted suba un documento.
supply-ship-partner-unreachable = { $library } no tiene aquí ni cuenta ni dirección de correo, así que no se enviará ningún correo. Entréguele usted el enlace.
supply-ship-patron = Enviaremos el enlace por correo al usuario cuando { $library } marque la solicitud como recibida.
supply-ship-patron-silenced = El usuario no recibirá ningún correo, porque { $library } desactivó este aviso.
supply-ship-patron-unreachable = El usuario no recibirá ningún correo, porque no hay ninguna dirección registrada.
supply-ship-no-patron = No se enviará ningún correo, porque la solicitud no indica ningún usuario.
supply-ship-declines = Con esto rechaza la cancelación que pidió { $library }.
supply-ship-deliberate = Enviar sin documento (se entrega por otro medio)
supply-ship-do = Enviar a { $library }

supply-cancel = Cancelación solicitada
supply-cancel-text = { $library } pidió el { $day } que se cancele esta solicitud.
supply-cancel-shipped = Usted ya envió esta solicitud, así que no se puede cancelar. Puede rechazar la cancelación o retirar el envío.
supply-cancel-accept = Cancelar la solicitud
supply-cancel-decline = Rechazar la cancelación

supply-extensions = Prórrogas solicitadas
supply-extensions-patron = El usuario pidió una prórroga el { $day }.
supply-extensions-partner = La biblioteca solicitante pidió una prórroga el { $day }.
supply-extensions-requester-staff = El personal de la biblioteca solicitante pidió una prórroga el { $day }.
supply-grant = Conceder la prórroga
supply-grant-title = Prórroga
supply-grant-text = Conceda más descargas o más tiempo de lo que permiten los límites anteriores. Avisaremos por correo a quien la haya pedido.
supply-grant-audience = Quién puede usar las descargas adicionales
supply-grant-downloads = Descargas adicionales
supply-grant-days = Días a partir de hoy
supply-grant-most = { $n } como máximo
supply-grant-none-left = Ya no se pueden conceder más descargas de esta versión. Si reemplaza el documento, el conteo comienza de nuevo.

supply-problems = Problemas notificados
supply-problem-missing-page = Falta una página o está cortada
supply-problem-unreadable = El documento no se puede leer
supply-problem-wrong-article = No es el documento que se solicitó
supply-problem-other = Otro problema
supply-problem-replace = Reemplazar el documento
supply-problem-answer = Responder sin reemplazarlo
supply-problem-note = Respuesta a la biblioteca solicitante
supply-problem-send = Enviar la respuesta

supply-edit = Descripción y límites
supply-until = Último día (en lugar de los días)
supply-until-help = Si elige un último día, no se tiene en cuenta el número de días. El último día termina a la medianoche en la zona horaria de { $library }.
supply-replace = Reemplazar el documento
supply-replace-text = El documento nuevo ocupa el lugar del anterior. Los enlaces no cambian y el conteo de descargas comienza de nuevo. Si el documento anterior era el equivocado, se elimina de inmediato; si no, se elimina cuando terminen las descargas en curso.
supply-replace-file = Archivo nuevo
supply-replace-do = Reemplazar el documento
supply-reason-missing-pages = Faltan páginas
supply-reason-unreadable = El documento no se puede leer
supply-reason-wrong-document = Es un documento equivocado
supply-reason-other = Otro motivo
supply-remove = Eliminar el documento
supply-remove-open = Eliminar este documento…
supply-remove-text = El documento se elimina de inmediato y nadie podrá descargarlo. Esta acción no se puede deshacer.
supply-remove-do = Eliminar el documento

supply-links = Enlaces
supply-link-of-patron = Enlace del usuario
supply-link-of-partner = Enlace de la biblioteca solicitante
supply-link-since = Creado el { $day }
supply-link-revoked = Desactivado el { $day }
supply-link-none = Todavía no hay enlace
supply-link-no-patron = Esta solicitud no indica ningún usuario, así que no se puede crear un enlace.
supply-link-show = Mostrar el enlace
supply-link-create = Crear un enlace
supply-link-address = Enlace para copiar
supply-link-care = Quien tenga este enlace puede descargar. Entréguelo solo a la persona o biblioteca a la que corresponde.
supply-link-revoke = Desactivar el enlace…
supply-link-revoke-text = El enlace deja de funcionar de inmediato y se interrumpen las descargas en curso. Más adelante puede crear otro enlace.
supply-link-revoke-do = Desactivar el enlace
supply-copy = Copiar el enlace
supply-copied = Copiado

supply-notices = Correos
supply-notices-none = Todavía no se ha enviado ningún correo.
supply-notices-more = Ver los correos anteriores en el historial

supply-withdraw = Retirar el envío
supply-withdraw-open = Retirar este envío…
supply-withdraw-text = Nadie podrá descargar los documentos y los enlaces dejarán de funcionar. Esta acción no se puede deshacer.
supply-withdraw-do = Retirar el envío

done-supply-attached = Sus documentos se subieron. Aparecen más abajo.
done-supply-moved = Se cambió el orden de los documentos.
done-supply-changed = Se guardaron los cambios del documento.
done-supply-granted = Se concedió la prórroga. La lista de correos indica a quién se avisa.
done-supply-answered = Se envió su respuesta a la biblioteca solicitante.
done-supply-replaced = Se reemplazó el documento. Los enlaces ahora llevan al nuevo.
done-supply-removed = Se eliminó el documento. Nadie puede descargarlo.
done-supply-shipped = La solicitud se envió a la biblioteca solicitante. La lista de correos indica a quién se avisa.
done-supply-cancelled = Se canceló la solicitud, como pidió la biblioteca solicitante.
done-supply-cancel-declined = Se rechazó la cancelación. La solicitud sigue como antes.
done-supply-withdrawn = Se retiró el envío. Nadie puede descargar los documentos.
done-supply-revoked = Se desactivó el enlace. Más abajo puede crear otro.

failure-last-day = Revise el último día
failure-last-day-text = No se cambió nada. Lea el mensaje junto al campo.
failure-supply-grant = Indique qué concede
failure-supply-grant-text = No se cambió nada. Escriba un número de descargas adicionales o un número de días a partir de hoy.
failure-supply-grant-no-later = El último día no cambiaría
failure-supply-grant-no-later-text = El documento ya se puede descargar al menos hasta entonces. Escriba más días o un número de descargas adicionales.
failure-supply-no-file = Elija un archivo
failure-supply-no-file-text = No eligió ningún archivo. Elija uno o varios y después súbalos.
