using Llama3.Fuzzing;

// All that reads is loaded again, with a counter in each of its branches.
return Instrumentation.IsOn ? Commands.Run(args) : Instrumentation.Run(args);
