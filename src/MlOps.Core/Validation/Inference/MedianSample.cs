namespace MlOps.Validation;

/// <summary>Finds the median of a stream of numbers: of all up to 4,096, of a random sample of that size beyond.</summary>
/// <remarks>The sample is a reservoir (Vitter's algorithm R) with a fixed seed, so the same stream has the same median.</remarks>
internal sealed class MedianSample
{
    private const int Size = 4096;
    private const int Seed = 20_261_123;
    private readonly List<double> _sample = [];
    private Random? _random;
    private long _count;

    public void Add(double value)
    {
        _count++;
        if (_sample.Count < Size)
        {
            _sample.Add(value);
        }
        else if ((_random ??= new Random(Seed)).NextInt64(_count) is var place and < Size)
        {
            _sample[(int)place] = value;
        }
    }

    /// <summary>Gets the lower median, which is always a number that was seen; <see langword="null"/> if there was none.</summary>
    public double? Find() => _sample.Count == 0 ? null : _sample.Order().ElementAt((_sample.Count - 1) / 2);
}
