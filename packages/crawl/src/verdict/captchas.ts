import type { CaptchaKind } from "./verdict.js";

export interface CaptchaSign {
  readonly kind: CaptchaKind;
  /** What shows that the CAPTCHA is in the page. */
  readonly has: RegExp;
  /** Where its key is, in the first group; the first that is found counts. */
  readonly keys: readonly RegExp[];
  /** Whether visitors of ordinary pages do not see it: it then proves nothing. */
  readonly isInvisible?: boolean;
}

const DATA_KEY = /data-sitekey\s*=\s*["']?([\w-]{10,100})/i;
const SCRIPT_KEY = /["']?site_?key["']?\s*[:=]\s*["']([\w-]{10,100})["']/i;

/** The more particular ones first. */
export const CAPTCHAS: readonly CaptchaSign[] = [
  { kind: "datadome", has: /captcha-delivery\.com/, keys: [] },
  {
    kind: "press-and-hold",
    has: /id=["']?px-captcha|captcha\.px-(?:cdn|cloud)\.net/,
    keys: [/_pxAppId\s*=\s*["'](PX\w+)["']/, /"appId"\s*:\s*"(PX\w+)"/],
  },
  {
    kind: "aws",
    has: /gokuProps|captcha\.awswaf\.com|captcha-sdk\.awswaf\.com|AwsWafCaptcha/,
    keys: [/gokuProps\s*=\s*\{[^}]{0,500}"key"\s*:\s*"([^"]+)"/],
  },
  {
    kind: "turnstile",
    has: /challenges\.cloudflare\.com\/turnstile|class=["'][^"']{0,200}\bcf-turnstile\b/i,
    keys: [DATA_KEY, SCRIPT_KEY],
  },
  {
    kind: "hcaptcha",
    has: /hcaptcha\.com\/(?:1\/)?(?:api|captcha)|class=["'][^"']{0,200}\bh-captcha\b/i,
    keys: [DATA_KEY, SCRIPT_KEY],
  },
  {
    kind: "funcaptcha",
    has: /arkoselabs\.com|funcaptcha\.com/i,
    keys: [/data-pkey\s*=\s*["']?([\w-]{20,})/i, /(?:arkoselabs|funcaptcha)\.com\/(?:v2|fc\/api)\/\??([0-9A-F-]{36})/i],
  },
  {
    kind: "geetest",
    has: /(?:static|gcaptcha4)\.geetest\.com|initGeetest4?\s*\(/i,
    keys: [/captcha_?id["']?\s*[:=]\s*["']([0-9a-f]{32})/i, /["']?\bgt["']?\s*[:=]\s*["']([0-9a-f]{32})/i],
  },
  {
    kind: "yandex",
    has: /smartcaptcha\.(?:yandexcloud\.net|yandex)|\/showcaptcha\b|class=["'][^"']{0,200}\bsmart-captcha\b/i,
    keys: [DATA_KEY],
  },
  {
    kind: "recaptcha-enterprise",
    has: /recaptcha\/enterprise\.js/,
    keys: [
      /enterprise\.js\?(?:[^"']{0,200}&(?:amp;)?)?render=(?!explicit|onload)([\w-]{10,100})/,
      DATA_KEY,
      SCRIPT_KEY,
    ],
  },
  {
    kind: "recaptcha-v3",
    has: /recaptcha\/api\.js\?(?:[^"']{0,200}&(?:amp;)?)?render=(?!explicit|onload)[\w-]{10,}/,
    keys: [/render=([\w-]{10,100})/],
    isInvisible: true,
  },
  {
    kind: "recaptcha-v2",
    has: /(?:google\.com|recaptcha\.net)\/recaptcha\/api|class=["'][^"']{0,200}\bg-recaptcha\b/i,
    keys: [DATA_KEY, SCRIPT_KEY],
  },
  {
    kind: "image",
    has: /<img\b[^>]{1,400}(?:src|id|class|alt|name)\s*=\s*["']?[^"'>]{0,300}captcha/i,
    keys: [],
  },
];

/** A CAPTCHA that stands in the page to be seen. The script of one may be in every page of a site, for a form elsewhere. */
export const CAPTCHA_WIDGET: RegExp =
  /class=["'][^"']{0,200}\b(?:g-recaptcha|h-captcha|cf-turnstile|smart-captcha)\b(?![^>]{0,300}data-size=["']?invisible)|initGeetest4?\s*\(|id=["']?(?:px-captcha|captcha-container)|captcha-delivery\.com|<img\b[^>]{1,400}(?:src|id|class|alt|name)\s*=\s*["']?[^"'>]{0,300}captcha/i;
