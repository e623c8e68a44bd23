using MlOps.Providers;

namespace MlOps.Models;

/// <summary>A multidimensional array of values of one type: an input or output of an untyped prediction.</summary>
/// <remarks>Immutable and thread-safe, unless the array that it was created with is changed.</remarks>
public sealed class ModelTensor
{
    /// <summary>Initializes a new instance of the <see cref="ModelTensor"/> class.</summary>
    /// <param name="values">
    /// The values in row-major order: a one-dimensional array of <see cref="bool"/>, a numeric type, <see cref="Half"/>, <see cref="string"/>,
    /// <see cref="DateTimeOffset"/> or byte arrays.
    /// </param>
    /// <param name="shape">The lengths of the dimensions. Their product is the number of values.</param>
    /// <exception cref="ArgumentException">The type of the values is not supported, or the shape does not match the number of values.</exception>
    public ModelTensor(Array values, IReadOnlyList<long> shape)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(shape);
        var element = values.GetType().GetElementType()!;
        if (values.Rank != 1 || FeatureTypes.Find(element) is not { } type)
        {
            throw new ArgumentException(
                $"A tensor does not support the type {values.GetType().Name}. "
                + "Use a one-dimensional array of a numeric type, bool, string, DateTimeOffset or byte[].",
                nameof(values));
        }

        if (shape.Any(static length => length < 0)
            || shape.Aggregate((Int128)1, static (product, length) => Int128.Min(product * length, long.MaxValue)) != values.Length)
        {
            throw new ArgumentException(
                $"The shape [{string.Join(", ", shape)}] does not match {values.Length} values. The product of the lengths must be the number of values.",
                nameof(shape));
        }

        Values = values;
        Shape = shape;
        Type = type;
    }

    /// <summary>Gets the type of the values.</summary>
    public FeatureType Type { get; }

    /// <summary>Gets the lengths of the dimensions.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Gets the values in row-major order.</summary>
    public Array Values { get; }

    /// <summary>Gets the names of the values of the last dimension, such as the classes of probabilities.</summary>
    /// <value>One name for each value of the last dimension. The default is <see langword="null"/>, which means no names.</value>
    /// <exception cref="ArgumentException">The number of names differs from the length of the last dimension.</exception>
    public IReadOnlyList<string>? Labels
    {
        get;
        init => field = value is null || (Shape is [.., var length] && length == value.Count) ? value : throw new ArgumentException(
            $"The shape [{string.Join(", ", Shape)}] has {value.Count} labels. Specify one label for each value of the last dimension.", nameof(value));
    }

    /// <summary>Gets the values in row-major order as a typed span.</summary>
    /// <typeparam name="T">The type of the values, such as <see cref="float"/>.</typeparam>
    /// <returns>The values.</returns>
    /// <exception cref="InvalidCastException">The values have another type.</exception>
    public ReadOnlySpan<T> AsSpan<T>() => (T[])Values;
}
