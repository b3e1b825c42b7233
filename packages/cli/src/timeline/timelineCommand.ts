import { Command } from "commander";

const DETAILS = `
The trace comes from heddle run FILE --trace out.json, or from
run(main, { trace: "out.json" }). Perfetto (ui.perfetto.dev) and Chrome
(chrome://tracing) read it as well.
`;

/** The command line of `heddle timeline`. `finish` is told the exit code. */
export function timelineCommand(finish: (exitCode: number) => void): Command {
  return new Command("timeline")
    .description("Draw a trace: what each task did, and when")
    .argument("<trace>", "the file that the run has written")
    .requiredOption("-o, --output <file>", "the picture: a name that ends in .svg or .html")
    .helpOption("-h, --help", "show this")
    .addHelpText("after", DETAILS)
    .action(async (trace: string, flags: { output: string }) => {
      const { runTimeline } = await import("./runTimeline.js");
      finish(await runTimeline(trace, flags.output));
    });
}
