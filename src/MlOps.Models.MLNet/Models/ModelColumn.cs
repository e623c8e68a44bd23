using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlOps.Providers;

namespace MlOps.Models;

/// <summary>A column of a pipeline in the terms of features.</summary>
internal sealed class ModelColumn
{
    public ModelColumn(DataViewSchema.Column column)
    {
        Column = column;
        var vector = column.Type as VectorDataViewType;
        var item = vector?.ItemType ?? column.Type;
        RawType = item.RawType;
        IsVector = vector is not null;
        Size = vector?.Size ?? 1;
        Dimensions = vector is null ? [] : [.. vector.Dimensions];
        Key = item as KeyDataViewType;
        Type = Find(RawType);
    }

    public DataViewSchema.Column Column { get; }

    public string Name => Column.Name;

    /// <summary>Gets the type by which ML.NET passes one value, such as <see cref="ReadOnlyMemory{T}"/> of characters for text.</summary>
    public Type RawType { get; }

    /// <summary>Gets the type of one value; <see langword="null"/> for one that no feature has, such as an image.</summary>
    public FeatureType? Type { get; }

    public bool IsVector { get; }

    /// <summary>Gets the number of values of a row; 0 if it differs between rows.</summary>
    public int Size { get; }

    public IReadOnlyList<int> Dimensions { get; }

    /// <summary>Gets the type of a key: a number from 1 for each of a known set of values, 0 for none of them.</summary>
    public KeyDataViewType? Key { get; }

    public static FeatureType? Find(Type raw) => raw switch
    {
        _ when raw == typeof(ReadOnlyMemory<char>) => FeatureType.String,
        _ when raw == typeof(DateTime) => FeatureType.DateTime,
        _ => FeatureTypes.Find(raw),
    };

    /// <summary>Gets the texts of an annotation, such as the names of a vector's values or of a key's; <see langword="null"/> if there are none.</summary>
    public string[]? FindTexts(string annotation)
    {
        if (Column.Annotations.Schema.GetColumnOrNull(annotation)?.Type is not VectorDataViewType { ItemType: TextDataViewType })
        {
            return null;
        }

        VBuffer<ReadOnlyMemory<char>> texts = default;
        Column.Annotations.GetValue(annotation, ref texts);
        return [.. texts.DenseValues().Select(static text => text.ToString())];
    }

    /// <summary>Gets the type of one value, for messages.</summary>
    public string TypeName => NameOf(RawType);

    public string Describe() => Describe(TypeName, IsVector, Size);

    /// <summary>Gets the types of C# that a member may have, for messages.</summary>
    /// <param name="isOutput"><see langword="true"/> for an output.</param>
    /// <param name="isValue"><see langword="true"/> for a member that is one value of a vector.</param>
    public string ToDeclaration(bool isOutput, bool isValue)
    {
        var item = TypeNames.Of(RawType);
        return IsVector && !isValue ? (Type == FeatureType.String ? "string[]" : $"{item}[] or VBuffer<{item}>")
            : Key is not null && isOutput ? $"{item} or string"
            : RawType == typeof(DateTime) ? "DateTime or DateTimeOffset"
            : item;
    }

    /// <summary>Names a type as features do, where one feature has it; the two types of moments are told apart.</summary>
    public static string NameOf(Type raw) => Find(raw) is { } type && type != FeatureType.DateTime ? type.ToString() : raw.Name;

    /// <summary>Says a type in the words of mapping faults, such as <c>Float32[4]</c>.</summary>
    public static string Describe(string type, bool isVector, int size) =>
        isVector ? $"{type}[{(size == 0 ? "" : size.ToString(CultureInfo.InvariantCulture))}]" : type;
}
