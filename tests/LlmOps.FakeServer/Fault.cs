namespace LlmOps.FakeServer;

/// <summary>What the fake is told to do wrong.</summary>
internal enum Fault
{
    None,
    Error,
    Hang,
    Exit,
}
