/**
 * What pages say, in the languages in which most pages are. Titles and headings are cut at the separators that sites put
 * their names behind, and a part has to say it and nothing else: "Page not found" is an error, "How to fix page not found
 * errors" is an article.
 */

/** There is no such page: whatever else is on it. */
export const NOT_FOUND: RegExp = whole(
  "(?:error )?(?:404|410)[ ,:.!-]+(?:error[ ,:.!-]+)?(?:(?:file|page|document|content|resource|product|article|url) )?(?:was |is )?(?:not (?:be )?found|missing|gone)",
  "(?:oops|sorry|whoops|uh[- ]oh)?[ ,!.-]*(?:the |this |that |your )?(?:requested )?(?:file|page|document|content|resource|product|article|listing|job|post|item|url)(?: you (?:requested|are looking for|were looking for))? (?:(?:could|can)(?: ?not|n['’]t) be found|(?:was |is )?not found|not available|no longer (?:exists|available)|(?:does not|doesn['’]t) exist|is no longer available|has been removed|is missing)(?: \\(?404\\)?)?",
  "(?:we )?(?:can(?:not|['’]t)|could(?: not|n['’]t)) find (?:that|this|the|your) page(?: you (?:are|were) looking for)?",
  "not found(?: \\(?(?:error )?404\\)?)?",
  // German, French, Spanish, Portuguese, Italian, Dutch, Polish, Swedish, Russian, Turkish, Chinese, Japanese, Korean
  "(?:(?:die |diese )?(?:angeforderte )?seite (?:wurde )?(?:leider )?nicht gefunden|seite nicht vorhanden)",
  "(?:(?:cette |la )?page (?:non trouv[ée]e|introuvable|inexistante|n['’]existe pas))",
  "(?:p[áa]gina (?:no (?:encontrada|existe|disponible)|n[ãa]o encontrada|inexistente|non trovata))",
  "(?:pagina niet gevonden|nie znaleziono strony|strona nie (?:istnieje|zosta[łl]a znaleziona)|sidan (?:kunde inte )?hitta(?:de)?s(?: inte)?)",
  "(?:страница не найдена|сторінку не знайдено|sayfa bulunamad[ıi])",
  "(?:页面(?:不存在|未找到|找不到)|找不到(?:该|此)?(?:页面|網頁|頁面)|ページが見つかりません(?:でした)?|페이지를 찾을 수 없습니다)",
);

/** The same, but an article may be called so: it counts on a page that says little. */
export const PERHAPS_NOT_FOUND: RegExp = whole(
  "(?:error|http|status|fehler|erreur|ошибка)?[ -]*(?:code )?(?:404|410)(?: error| page)?",
  "page error",
  "oops!?",
);

/** A wall asks for a sign of life. No other page says so in its title. */
export const HUMAN_CHECK: RegExp =
  /\b(?:verify(?:ing)? (?:that )?(?:you(?:['’]| a)?re|if you are) (?:a |not a )?(?:human|real|robot)|(?:prove|confirm|make sure|making sure)(?: that)? you(?:['’]| a)re (?:a )?(?:human|not a (?:ro)?bot)|are you (?:a )?(?:human|robot)|i(?:['’]| a)m not a robot|you are not a robot|unusual traffic|automated (?:requests|queries|traffic)|human verification|checking (?:your browser|if the site connection is secure)|robot check|enter the characters you see)\b|^вы не робот/;

/** The same in words that other pages have as well: they say something beside a CAPTCHA only. */
export const PERHAPS_CHECK: RegExp =
  /\b(?:security (?:check|verification|challenge)|unusual activity|automated access|complete the (?:captcha|security check|challenge)|press (?:&|and) hold|bot (?:detection|check|verification)|verification(?: required)?|captcha)\b/;

/** Somebody is told to go. */
export const REFUSAL: RegExp =
  /\b(?:access (?:to this (?:page|site|website|resource) )?(?:has been |is |was )?(?:denied|blocked|forbidden|restricted)|you have been blocked|request (?:has been |was )?(?:blocked|rejected|denied)|your (?:ip|ip address|access|request) (?:has been |is |was )(?:blocked|banned|denied|restricted)|(?:blocked|banned) by|not available in your (?:country|region|location))\b/;

/** A page that is called so is about nothing else. */
export const REFUSED: RegExp = whole(
  "(?:error )?(?:403[ ,:.!-]*)?(?:access (?:to this (?:page|site|website|resource) )?(?:has been |is |was )?(?:denied|blocked|forbidden)|forbidden)",
  "(?:sorry, )?(?:you|your (?:ip|ip address|access|request)) (?:have|has) been (?:blocked|banned|denied)",
  "request (?:has been |was )?(?:blocked|rejected|denied)",
);

/** Too many requests. */
export const TOO_MANY: RegExp =
  /\b(?:too many requests|rate limit(?:ed| exceeded| reached)|request limit (?:exceeded|reached)|you have sent too many|(?:slow down|try again) [^.]{0,40}too many|exceeded (?:the|your) (?:rate|request) limit)\b/;

/** A page to sign in on calls itself so. */
export const SIGN_IN: RegExp =
  /\b(?:sign[ -]?in|log[ -]?in|log[ -]?on|anmelden|einloggen|se connecter|connexion|iniciar sesi[óo]n|inicia sesi[óo]n|entrar|accedi|inloggen|logga in|zaloguj)\b|войти|вход в|登录|登入|ログイン|로그인/;

/** Addresses of pages to sign in on. */
export const SIGN_IN_URL: RegExp =
  /^https?:\/\/(?:login|signin|sso|auth|accounts?|idp)\.|\/(?:log-?in|log_in|sign-?in|sign_in|logon|sso|oauth2?|authenticate|wp-login\.php|anmelden|connexion)(?:[/.?#]|$)/i;

/** Addresses of other pages that ask for a password. */
export const PASSWORD_URL: RegExp =
  /\/(?:sign-?up|register|registration|registrieren|join|create-account|(?:[\w-]*-)?password)(?:[/.?#]|$)/i;

/** Addresses of pages for what is not there. */
export const NOT_FOUND_URL: RegExp =
  /\/(?:error[-_/]?)?(?:404|page-?not-?found|not-?found)(?:\.\w{2,5})?\/?(?:[?#]|$)/i;

/** What browsers without scripts are told in `<noscript>`, if it is not a picture that counts visitors. */
export const FOR_NO_SCRIPTS: RegExp = /javascript|enable (?:js|scripts)|скрипт|ジャバスクリプト/;

/** What a page says that has not run its scripts yet: a page may also be about them. */
export const NEEDS_SCRIPTS: RegExp =
  /\b(?:enable|activate|turn on|requires?|allow) (?:\w+ )?(?:javascript|js)\b|\bjavascript (?:is |must be |has to be |seems to be )?(?:required|disabled|enabled|off)\b|\b(?:does not|doesn['’]t|won['’]t) work (?:properly )?without javascript\b/;

const SEPARATOR = /\s*[|·•»«–—:]\s*|\s+-\s+|\s*::\s*/;
/** Found sooner than the separator with the space before it. */
const HAS_SEPARATOR = /[|·•»«–—:]|\s-\s/;

/** Whether a part of a title says what `phrase` says, and nothing else. */
export function says(title: string, phrase: RegExp): boolean {
  if (title === "" || phrase.test(title)) return title !== "";
  return HAS_SEPARATOR.test(title) && title.split(SEPARATOR).some((part) => phrase.test(part));
}

function whole(...phrases: readonly string[]): RegExp {
  return new RegExp(`^(?:${phrases.join("|")})[.!…]*$`);
}
