Console.WriteLine("llmops");
