import type { Sign } from "./sign.js";

/** Who stands in front of a site that has refused without a sign of a wall: it is likely to have been the wall. */
export const NAME_SIGNS: readonly Sign[] = [
  {
    vendor: "Akamai",
    when: "refused",
    in: "cookie",
    has: "_abck",
    why: "Akamai's cookie for telling robots",
  },
  { vendor: "DataDome", when: "refused", in: "cookie", has: "datadome", why: "DataDome's cookie" },
  { vendor: "PerimeterX", when: "refused", in: "cookie", has: "_px", why: "PerimeterX's cookie" },
  { vendor: "Imperva", when: "refused", in: "cookie", has: "incap_ses_", why: "Incapsula's cookie" },
  {
    vendor: "Imperva",
    when: "refused",
    in: "cookie",
    has: "reese84",
    why: "Imperva's cookie for telling robots",
  },
  {
    vendor: "Imperva",
    when: "refused",
    in: "header",
    name: "x-iinfo",
    has: /./,
    why: "Incapsula is in between",
  },
  { vendor: "F5", when: "refused", in: "cookie", has: "TSPD_101", why: "F5's cookie for telling robots" },
  {
    vendor: "Sucuri",
    when: "refused",
    in: "header",
    name: "x-sucuri-id",
    has: /./,
    why: "Sucuri is in between",
  },
  {
    vendor: "DDoS-Guard",
    when: "refused",
    in: "header",
    name: "server",
    has: /^ddos-guard$/i,
    why: "DDoS-Guard is in between",
  },
  { vendor: "AWS WAF", when: "refused", in: "cookie", has: "aws-waf-token", why: "AWS WAF's cookie" },
];
