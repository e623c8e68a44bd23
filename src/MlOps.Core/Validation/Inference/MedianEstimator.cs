namespace MlOps.Validation;

/// <summary>Computes the median of a stream of numbers. It is exact for up to 4,096 numbers; for more, it is the median of a random sample.</summary>
/// <remarks>The sample is a reservoir (Vitter's algorithm R, https://doi.org/10.1145/3147.3165) with a fixed seed, so the result is reproducible.</remarks>
internal sealed class MedianEstimator
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

    /// <summary>Gets the lower median, which is always one of the numbers, or <see langword="null"/> if there are no numbers.</summary>
    public double? Find() => _sample.Count == 0 ? null : _sample.Order().ElementAt((_sample.Count - 1) / 2);
}
