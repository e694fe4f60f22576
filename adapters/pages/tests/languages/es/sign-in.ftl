# El inicio de sesión del personal y la cuenta propia.
sign-in-title = Inicio de sesión del personal
sign-in-help = ¿Aún no tiene cuenta u olvidó su contraseña? El administrador de su biblioteca puede crearle una cuenta o una contraseña nueva.
login = Nombre de usuario
password = Contraseña

account-title = Su cuenta
account-password = Contraseña
password-current = Contraseña actual
password-new = Contraseña nueva
password-again = Repita la contraseña nueva
password-help = { $n } caracteres como mínimo. Una frase corta es fácil de recordar.
password-change = Cambiar la contraseña
account-language = Idioma
account-language-label = Idioma de estas páginas
language-of-browser = El de su navegador
account-everywhere = Otros dispositivos
account-everywhere-text = Esto cierra su sesión en todos los dispositivos, incluido este. Úselo si olvidó cerrar la sesión en alguno.
sign-out-everywhere = Cerrar sesión en todos los dispositivos

done-signed-out = Su sesión se cerró.
done-signed-out-everywhere = Su sesión se cerró en todos los dispositivos.
done-password = Su contraseña cambió. Se cerró la sesión en sus otros dispositivos.
done-language = Se guardó el idioma de su cuenta.

failure-sign-in = Revise el nombre de usuario y la contraseña
failure-sign-in-text = Uno de los dos no es correcto. En la contraseña importan las mayúsculas y las minúsculas.
failure-sign-in-busy = Demasiadas personas están iniciando sesión
failure-sign-in-busy-text = Su contraseña no se comprobó. Inténtelo de nuevo dentro de unos segundos.
failure-attempts = Demasiados intentos
failure-attempts-text = Espere 15 minutos antes de volver a intentarlo, o pida una contraseña nueva al administrador de su biblioteca.
failure-password-wrong = Su contraseña no cambió
failure-password-wrong-text = La contraseña actual no es correcta. Escríbala de nuevo.
failure-password-differs = Su contraseña no cambió
failure-password-differs-text = Las dos contraseñas nuevas son diferentes. Escriba la misma dos veces.
failure-password-short = Su contraseña no cambió
failure-password-short-text = La contraseña nueva es demasiado corta o demasiado larga, o contiene caracteres que no se pueden mostrar. Elija otra.
failure-not-administrator = No tiene permiso
failure-not-administrator-text = Solo los administradores de su biblioteca pueden abrir esta página. Pida ayuda a uno de ellos.
