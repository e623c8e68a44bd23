namespace MlOps.Monitoring.Predictions;

/// <summary>Shares the strings of repeated texts, such as categories and labels. The number of shared strings is bounded.</summary>
internal sealed class TextPool
{
    private const int MaxTexts = 1_024;
    private const int MaxLength = 64;
    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);

    public string Get(ReadOnlySpan<char> text)
    {
        if (text.Length > MaxLength)
        {
            return text.ToString();
        }

        var texts = _texts.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!texts.TryGetValue(text, out var shared))
        {
            shared = text.ToString();
            if (_texts.Count < MaxTexts)
            {
                _texts.Add(shared);
            }
        }

        return shared;
    }
}
