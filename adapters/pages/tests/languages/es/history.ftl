# Lo que ocurrió con una solicitud, para el personal. Cada frase continúa el nombre de quien actuó.
history-title = Historial
history-back = Volver a la solicitud
history-when = Cuándo
history-who = Quién
history-what = Qué ocurrió
history-utc = Cuándo (UTC)
history-event = Evento
history-none = El historial todavía no contiene nada que su biblioteca pueda ver.
history-csv = Exportar como tabla (CSV)
history-json = Exportar para programas (JSON)
history-help = Las horas están en la zona horaria de su biblioteca. El historial no contiene enlaces ni direcciones de correo, así que puede compartirlo.

history-by-staff = { $name }, { $library }
history-by-host = El sistema anfitrión
history-by-system = El sistema
history-by-patron = Alguien con el enlace del usuario
history-by-partner = Alguien con el enlace de la biblioteca solicitante
history-by-link = Alguien con un enlace

history-doc = el documento { $no }
history-doc-named = el documento { $no } ({ $name })
history-doc-version = el documento { $no } (versión { $version })
history-doc-named-version = el documento { $no } ({ $name }, versión { $version })
history-why = Motivo: { $why }

history-attached = Subió { $doc }, { $size }
history-cancel-accepted = Aceptó la cancelación
history-cancel-refused = Rechazó la cancelación: la solicitud sigue en curso
history-cancel-requested = Pidió a la biblioteca prestadora que cancele
history-cancelled = Canceló la solicitud
history-claimed-patron = Usó 1 descarga, para el usuario: { $doc }
history-claimed-partner = Usó 1 descarga, para la biblioteca solicitante (sin cuenta): { $doc }
history-claimed-requester-staff = Usó 1 descarga, para el personal de la biblioteca solicitante: { $doc }
history-claimed-supplier-staff = Usó 1 descarga, para el personal de la biblioteca prestadora: { $doc }
history-accepted = Aceptó la versión { $n } del aviso de derechos de autor.
history-accepted-standard = Aceptó el aviso de derechos de autor estándar.
history-created = Añadió la solicitud
history-described = Cambió una descripción por «{ $text }»: { $doc }
history-described-nothing = Eliminó una descripción: { $doc }
history-expired = Pasó el último día: { $doc }
history-forgotten = Eliminó el número del usuario y desactivó sus enlaces
history-refunded = Devolvió 1 descarga, que falló por nuestra parte antes de enviar nada: { $doc }
history-granted = { $n ->
    [0] Concedió más tiempo: { $doc }
    [one] Concedió 1 descarga adicional: { $doc }
   *[other] Concedió { $n } descargas adicionales: { $doc }
}
history-granted-until = hasta el final del { $day }
history-link-issued-patron = Creó un enlace para el usuario
history-link-issued-partner = Creó un enlace para la biblioteca solicitante, que no tiene cuenta
history-link-issued-requester-staff = Creó un enlace para el personal de la biblioteca solicitante
history-link-issued-supplier-staff = Creó un enlace para el personal de la biblioteca prestadora
history-link-revoked = Desactivó el enlace { $no }
history-more-requested = Pidió una prórroga: { $doc }
history-mail-sent = El servidor de correo aceptó el correo «{ $mail }»
history-mail-skipped = El correo «{ $mail }» no se envió: ya no hace falta, o la biblioteca lo desactivó
history-mail-waiting = El correo «{ $mail }» todavía no se pudo enviar; se intentará de nuevo
history-mail-no-address = El correo «{ $mail }» no se envió: no hay ninguna dirección registrada
history-mail-invalid-address = El correo «{ $mail }» no se envió: la dirección registrada no es válida
history-mail-unsupported-address = El correo «{ $mail }» no se envió: nuestro servidor de correo no admite letras acentuadas ni no latinas delante de la arroba
history-mail-too-many-tries = El correo «{ $mail }» no se envió: no se pudo contactar con el servidor de correo
history-mail-refused = El servidor de correo rechazó el correo «{ $mail }»
history-mail-about = { $event } (sobre { $doc })
history-mail-of-cancel-requested = Cancelación solicitada
history-mail-of-more-granted = Prórroga concedida
history-mail-of-more-requested = Prórroga solicitada
history-mail-of-problem-answered = Problema respondido
history-mail-of-problem-reported = Problema notificado
history-mail-of-received = Recibida, con documentos
history-mail-of-replaced = Documento reemplazado
history-mail-of-shipped = Enviada, con el enlace
history-previewed = Vio en vista previa { $doc }
history-problem-answered = Respondió a un problema: { $doc }
history-problem-missing-page = Notificó que falta una página o está cortada: { $doc }
history-problem-unreadable = Notificó que no se puede leer: { $doc }
history-problem-wrong-article = Notificó que no es el documento que se solicitó: { $doc }
history-problem-other = Notificó otro problema: { $doc }
history-purged = Eliminó del servidor, después de su último día, { $doc }
history-backoff = Una tarea programada falló y se intentará de nuevo el { $until }
history-received = Marcó la solicitud como recibida
history-removed = Eliminó { $doc }
history-reopened = Volvió a enviar la solicitud a una biblioteca prestadora
history-reordered = Cambió el orden de los documentos
history-replaced-missing-pages = Reemplazó la versión anterior, a la que le faltaban páginas, por { $doc }, { $size }
history-replaced-unreadable = Reemplazó la versión anterior, que no se podía leer, por { $doc }, { $size }
history-replaced-wrong-document = Reemplazó la versión anterior, que era el documento equivocado, por { $doc }, { $size }
history-replaced-other = Reemplazó la versión anterior por { $doc }, { $size }
history-shipped = { $n ->
    [0] Envió la solicitud sin documentos
    [one] Envió la solicitud con 1 documento
   *[other] Envió la solicitud con { $n } documentos
}
history-staff-read = Descargó una copia para el personal (no se cuenta): { $doc }
history-swept = { $n ->
    [one] Eliminó 1 archivo que ya nadie podía descargar
   *[other] Eliminó { $n } archivos que ya nadie podía descargar
}
history-synced = Actualizó los datos de la solicitud
history-terms = Cambió los límites: { $doc }. Antes: { $before }. Ahora: { $after }.
history-terms-downloads = { $n ->
    [one] 1 descarga
   *[other] { $n } descargas
}
history-terms-days = { $n ->
    [0] hasta el final del día del envío
    [one] 1 día después del envío
   *[other] { $n } días después del envío
}
history-terms-until = hasta el final del { $day }
history-terms-from = a partir del { $day }
history-resent-patron = Envió de nuevo el enlace del usuario
history-resent-partner = Envió de nuevo el enlace de la biblioteca solicitante
history-unfilled = No pudo atender la solicitud
history-upload-begun = Comenzó a subir un archivo
history-upload-ended = Dejó de subir un archivo
history-withdrawn = Retiró el envío.
history-other = Ocurrió algo que esta página todavía no sabe describir
