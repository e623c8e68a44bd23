namespace MlOps.Models;

/// <summary>Values of one type in a number of dimensions: an input or output of an untyped prediction.</summary>
/// <remarks>Immutable and thread-safe, as long as the array given to it is not changed.</remarks>
public sealed class ModelTensor
{
    /// <summary>Initializes a tensor.</summary>
    /// <param name="values">The values in row-major order: a one-dimensional array of <see cref="bool"/>, a number type, <see cref="Half"/>, <see cref="string"/>, <see cref="DateTimeOffset"/> or bytes.</param>
    /// <param name="shape">The lengths of the dimensions; their product is the number of values.</param>
    /// <exception cref="ArgumentException">The values are of another type, or the shape is not theirs.</exception>
    public ModelTensor(Array values, IReadOnlyList<long> shape)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(shape);
        var element = values.GetType().GetElementType()!;
        if (values.Rank != 1 || FeatureTypes.Find(element) is not { } type)
        {
            throw new ArgumentException($"A tensor cannot hold {values.GetType().Name}. Give a one-dimensional array of numbers, booleans, texts, moments or bytes.", nameof(values));
        }

        if (shape.Any(static length => length < 0) || shape.Aggregate((Int128)1, static (product, length) => Int128.Min(product * length, long.MaxValue)) != values.Length)
        {
            throw new ArgumentException($"The shape [{string.Join(", ", shape)}] is not that of {values.Length} values.", nameof(shape));
        }

        Values = values;
        Shape = shape;
        Type = type;
    }

    /// <summary>Gets the type of each value.</summary>
    public FeatureType Type { get; }

    /// <summary>Gets the lengths of the dimensions.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Gets the values in row-major order.</summary>
    public Array Values { get; }

    /// <summary>Gets the names of the values of the last dimension, such as the classes of probabilities.</summary>
    /// <value>As many as the last dimension is long; <see langword="null"/>, the default, for none.</value>
    /// <exception cref="ArgumentException">There are more or fewer names.</exception>
    public IReadOnlyList<string>? Labels
    {
        get;
        init => field = value is null || (Shape is [.., var length] && length == value.Count) ? value : throw new ArgumentException(
            $"There are {value.Count} labels for the shape [{string.Join(", ", Shape)}]. Give one for each value of the last dimension.", nameof(value));
    }

    /// <summary>Gets the values in row-major order by their type.</summary>
    /// <typeparam name="T">The type of each value, such as <see cref="float"/>.</typeparam>
    /// <returns>The values.</returns>
    /// <exception cref="InvalidCastException">They are of another type.</exception>
    public ReadOnlySpan<T> AsSpan<T>() => (T[])Values;
}
