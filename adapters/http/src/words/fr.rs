use super::Texts;
use desktop_delivery::Language;

pub(super) const TEXTS: Texts = Texts {
    language: Language::French,
    code: "fr",
    other_code: "en",
    other_name: "English",
    site: "Livraison de documents",
    page_title: "Votre document",
    supplied_by: "Fourni par {library}",
    request_no: "Demande {no}",
    notice_heading: "Avis de droit d’auteur",
    usual_notice: "Cette copie vous est fournie pour votre recherche ou votre étude privée. Elle est \
                   protégée par le droit d’auteur. Ne la transmettez pas, ne la publiez pas et n’en \
                   faites pas d’autres copies\u{a0}; toute autre utilisation peut exiger \
                   l’autorisation du titulaire du droit d’auteur.",
    library_notice: "Cette copie est fournie à votre bibliothèque pour la personne qui vous en a fait \
                     la demande, à des fins de recherche ou d’étude privée. Elle est protégée par le \
                     droit d’auteur. Remettez-en un seul exemplaire à cette personne, avec l’avis de \
                     droit d’auteur de votre bibliothèque. Ne conservez, ne prêtez et ne transmettez \
                     aucune autre copie, et supprimez le fichier une fois le document remis. Tout \
                     autre usage peut exiger l’autorisation du titulaire du droit d’auteur.",
    files_heading: "Documents",
    nothing_attached: "La bibliothèque n’a joint aucun document.",
    left_one: "1 téléchargement restant sur {limit}",
    left_many: "{n} téléchargements restants sur {limit}",
    left_none: "Les {limit} téléchargements sont utilisés",
    last_day: "Disponible jusqu’à la fin du {day}",
    acknowledge: "J’ai lu l’avis de droit d’auteur et je m’y conformerai.",
    acknowledge_library: "J’ai lu l’avis de droit d’auteur, et notre bibliothèque s’y conformera.",
    download: "Télécharger",
    download_again: "Télécharger de nouveau",
    counts_one: "Cela utilise un téléchargement. S’il est interrompu, vous pouvez le reprendre \
                 gratuitement.",
    counts_anew: "Télécharger de nouveau utilise un téléchargement de plus.",
    go_on: "Reprendre votre téléchargement",
    go_on_for: "Votre dernier téléchargement est déjà compté\u{a0}: pendant encore {span}, vous pouvez le \
                reprendre gratuitement.",
    ask_heading: "En demander plus à la bibliothèque",
    ask_text: "Dites ce qu’il vous faut, si vous voulez. Dès que c’est accordé, ce même lien fonctionne \
               de nouveau.",
    ask_note: "Un mot pour la bibliothèque (facultatif)",
    ask_button: "Envoyer à la bibliothèque",
    asked: "Vous en avez demandé plus à la bibliothèque le {day}. Elle vous répondra\u{a0}; ce lien \
            reste le même.",
    recalled: "Le document précédent n’était pas le bon. Veuillez le supprimer\u{a0}; voici le bon.",
    contact: "Des questions\u{a0}? Écrivez à {library}\u{a0}:",
    home: "À la page d’accueil",
    moment: "le {day} à partir de {hour}\u{a0}h\u{a0}{minute}",
    file: "Fichier",
    picture: "Image",
    hours: "h",
    minutes: "min",
    refusal,
};

fn refusal(code: &str) -> (&'static str, &'static str) {
    match code {
        "busy" | "unavailable" => (
            "Un instant, s’il vous plaît",
            "Le serveur est occupé. Rien n’a été compté\u{a0}; réessayez dans une minute.",
        ),
        "cancelled" => ("La demande a été annulée", "Elle a été annulée le {day}."),
        "ended" => (
            "Ce téléchargement est terminé",
            "Son délai a pris fin le {day}. Retournez au lien pour télécharger de nouveau.",
        ),
        "exhausted" => (
            "Les {limit} téléchargements sont utilisés",
            "Le dernier l’a été le {day}. La bibliothèque peut en accorder d’autres.",
        ),
        "expired" => ("Le délai est écoulé", "Il pouvait être téléchargé jusqu’à la fin du {day}."),
        "forbidden" => (
            "Action non permise",
            "Seul le personnel de la bibliothèque peut faire cela. Adressez-vous à la bibliothèque.",
        ),
        "in-future" => (
            "La date est dans le futur",
            "La date de la modification devance de plus de 5 minutes l’horloge du serveur. Rien n’a été \
             modifié.",
        ),
        "inspected" => ("Le fichier n’a pas été accepté", "{reason}."),
        "interrupted" => (
            "Le dépôt s’est interrompu",
            "Aucune partie du fichier n’a été conservée. Déposez-le de nouveau.",
        ),
        "invalid" => (
            "Vérifiez ce que vous avez entré",
            "Rien n’a été modifié. Revenez en arrière et réessayez.",
        ),
        "malformed" | "too-large" | "too-slow" => (
            "Envoi illisible",
            "Ce qui a été envoyé est incomplet ou trop long. Revenez en arrière et réessayez\u{a0}; \
             rien n’a été compté.",
        ),
        "method-not-allowed" => (
            "Revenez en arrière",
            "Cette adresse n’accepte que le formulaire de la page précédente. Revenez-y et envoyez-le de \
             nouveau\u{a0}; rien n’a été compté.",
        ),
        "never-fits" => (
            "Fichier trop volumineux pour cette bibliothèque",
            "À lui seul, il dépasse tout l’espace dont dispose la bibliothèque. Réduisez-le, ou \
             demandez à l’exploitant de relever la limite supplier_bytes.",
        ),
        "no-free-preview" => (
            "Voir les pages compte comme un téléchargement",
            "Selon les conditions de cette bibliothèque, voir les pages utilise un téléchargement. \
             Retournez au lien pour télécharger le document.",
        ),
        "no-recipient" => (
            "Destinataire inconnu",
            "La bibliothèque ne sait pas qui a demandé ce document. Adressez-vous à elle.",
        ),
        "nothing-attached" => (
            "Aucun document pour l’instant",
            "La bibliothèque n’a joint aucun document. Adressez-vous à elle.",
        ),
        "none-allowed" => {
            ("Pas de téléchargement", "Aucun téléchargement de ce document n’est permis ici.")
        }
        "not-shipped" => (
            "Pas encore arrivé",
            "La bibliothèque prêteuse n’a pas encore envoyé le document. Revenez plus tard.",
        ),
        "not-yet-valid" => {
            ("Pas encore disponible", "Il pourra être téléchargé à partir du {day}.")
        }
        "past-end" => (
            "Le dernier jour est passé",
            "Le {day} est passé : choisissez la date d’aujourd’hui ou une date ultérieure.",
        ),
        "over-limit" => (
            "La limite est dépassée",
            "Permis\u{a0}: {most}. Revenez en arrière et réessayez\u{a0}; rien n’a été compté.",
        ),
        "over-quota" => (
            "Assez pour aujourd’hui",
            "Vous avez atteint le nombre de téléchargements d’une journée. Vous pourrez télécharger de nouveau {moment}.",
        ),
        "purged" => (
            "N’est plus conservé",
            "Le document a été supprimé le {day}, une fois son délai écoulé. Demandez à votre \
             bibliothèque de le redemander.",
        ),
        "purged-library" => (
            "N’est plus conservé",
            "Le document a été supprimé le {day}, une fois son délai écoulé. Demandez à la \
             bibliothèque prêteuse de l’envoyer de nouveau.",
        ),
        "removed" => (
            "Le document a été retiré",
            "La bibliothèque prêteuse l’a retiré le {day}. Ouvrez de nouveau votre lien pour voir ce \
             qu’il y a d’autre, ou adressez-vous à la bibliothèque.",
        ),
        "replaced" => (
            "Le document a été remplacé",
            "La bibliothèque prêteuse l’a remplacé le {day}. Ouvrez de nouveau votre lien pour obtenir le nouveau.",
        ),
        "revoked" => (
            "Ce lien est fermé",
            "La bibliothèque l’a fermé le {day}. S’il vous faut encore le document, demandez-lui un \
             nouveau lien.",
        ),
        "too-many-resends" => (
            "Déjà envoyé plusieurs fois",
            "Le courriel contenant le lien a été envoyé {limit} fois en une heure. Vous pourrez le renvoyer {moment}.",
        ),
        "stale" => (
            "Quelque chose a changé entre-temps",
            "Cette page n’était plus à jour. Elle l’est maintenant\u{a0}: regardez de nouveau.",
        ),
        "too-many-bodies" => (
            "Un instant, s’il vous plaît",
            "Trop d’envois partent de votre réseau en même temps. Rien n’a été compté\u{a0}; \
             réessayez dans une minute.",
        ),
        "too-many-misses" => (
            "Un instant, s’il vous plaît",
            "Trop de liens erronés ont été essayés depuis votre réseau. Rien n’a été compté\u{a0}; \
             réessayez dans une minute.",
        ),
        "storage-full" => (
            "Espace insuffisant",
            "Le serveur n’a plus d’espace libre. Rien n’a été conservé\u{a0}; adressez-vous à la \
             bibliothèque.",
        ),
        "token-expired" => (
            "Ce lien est arrivé à son terme",
            "Son délai est écoulé. Retournez à la page de votre document, ou demandez un nouveau \
             lien à votre bibliothèque.",
        ),
        "token-expired-library" => (
            "Ce lien est arrivé à son terme",
            "Son délai est écoulé. Retournez à la page du document, ou demandez un nouveau lien à la \
             bibliothèque prêteuse.",
        ),
        "transfer-used-up" => (
            "Trop souvent demandé",
            "Ce téléchargement a déjà été fait plusieurs fois. Retournez au lien pour télécharger \
             de nouveau.",
        ),
        "unacknowledged" => (
            "Veuillez lire l’avis de droit d’auteur",
            "Cochez la case pour dire que vous l’avez lu\u{a0}; rien n’a été compté.",
        ),
        "unauthorized" => (
            "Ouvrez une session",
            "Aucune session n’est ouverte, ou la vôtre a pris fin. Ouvrez-en une et réessayez.",
        ),
        "unsupported-type" => (
            "Ce type de fichier n’est pas accepté",
            "Enregistrez le document en PDF et envoyez ce fichier.",
        ),
        "unknown" => (
            "Rien ici",
            "Cette adresse ne mène nulle part. Vérifiez qu’elle est complète\u{a0}: les longs liens \
             sont parfois coupés dans un message. La bibliothèque qui vous l’a envoyée peut la renvoyer.",
        ),
        "withdrawn" => (
            "Le document a été repris",
            "La bibliothèque prêteuse l’a repris le {day}. S’il vous le faut encore, adressez-vous à \
                 la bibliothèque.",
        ),
        "wrong-status" => (
            "La demande a changé d’état",
            "Son état ne le permet plus. Retournez au lien pour voir où elle en est.",
        ),
        _ => (
            "Une erreur est survenue",
            "La défaillance est de notre côté. Rien n’a été compté\u{a0}; réessayez plus tard.",
        ),
    }
}
