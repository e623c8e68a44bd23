namespace MlOps.Datasets;

/// <summary>Summarizes the lengths of texts or binary values.</summary>
internal sealed class LengthSummary(int distinctLimit)
{
    private readonly DistinctCounter _distinct = new(distinctLimit);

    public long? Distinct => _distinct.Count;

    public int? Shortest { get; private set; }

    public int? Longest { get; private set; }

    public void Add(ReadOnlySpan<char> text)
    {
        _distinct.Add(text);
        AddLength(text.Length);
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        _distinct.Add(bytes);
        AddLength(bytes.Length);
    }

    private void AddLength(int length)
    {
        Shortest = Shortest < length ? Shortest : length;
        Longest = Longest > length ? Longest : length;
    }
}
