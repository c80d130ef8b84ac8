namespace LlmOps.Inference.Telemetry;

/// <summary>Adds up what one turn of one engine runs through the model; the engine's thread uses it.</summary>
internal sealed class TurnTokens(Histogram tokensOfTurn)
{
    private int _ran;

    public void Add(int tokens) => _ran += tokens;

    public void Ended()
    {
        if (_ran > 0) tokensOfTurn.Observe(_ran);
        _ran = 0;
    }
}
