using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using MlOps.Datasets;

namespace MlOps.Providers;

/// <summary>Copies rows of a type into a <see cref="RowBatch"/>: one column for each number, Boolean, date, time, enum and text, and for each array element.
/// </summary>
/// <remarks>
/// <para>Thread-safe. <see cref="Write"/> allocates no memory, except for values of an enum that have no name.</para>
/// <para>The properties are those of <see cref="FeatureProperty"/>, and also properties of type <see cref="decimal"/>, <see cref="DateTime"/>,
/// <see cref="DateOnly"/>, <see cref="TimeOnly"/> and <see cref="TimeSpan"/>, and enums. A Boolean is 0 or 1. A date or a time is the number of seconds since
/// 1970-01-01 in UTC; a time without an offset is interpreted as UTC. A duration or a time of day is a number of seconds. An enum is the text of its name.
/// Null is a missing value.</para>
/// <para>An array <c>scores</c> of length 2 becomes the columns <c>scores[0]</c> and <c>scores[1]</c>. In rows with a shorter array, the last columns are
/// missing. Additional elements of longer arrays are not written. <see cref="OtherLengths"/> counts both.</para>
/// </remarks>
/// <typeparam name="T">The type of the rows.</typeparam>
[Experimental("MLOPS001")]
public sealed class RowWriter<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>
{
    /// <summary>The maximum number of elements of an array that become columns.</summary>
    public const int MaxElements = 1024;

    private readonly Action<T, RowBatch, int> _write;
    private long _otherLengths;

    /// <summary>Initializes a new instance of the <see cref="RowWriter{T}"/> class.</summary>
    /// <param name="features">
    /// The names of the features, such as those of a baseline. A column takes the name that matches by the rules of <see cref="FeatureProperty.Find"/>, and the
    /// number of elements of an array is that of the features, such as <c>scores[0]</c> to <c>scores[9]</c>. <see langword="null"/> for the names of the
    /// properties.
    /// </param>
    /// <param name="sample">
    /// A row whose arrays have the usual lengths. Without a sample and features, the length is the product of <see cref="Models.FeatureAttribute.Shape"/>.
    /// </param>
    public RowWriter(IEnumerable<string>? features = null, T? sample = default)
    {
        var plan = new RowPlan(FeatureProperty.OfAnyType(typeof(T)), features?.ToArray() ?? [], sample, MaxElements);
        Columns = plan.Columns;
        Warnings = plan.Warnings;
        _write = RuntimeFeature.IsDynamicCodeSupported ? Compile(plan.Items) : Reflect(plan.Items);
    }

    /// <summary>Gets the columns, in the order of the properties.</summary>
    public IReadOnlyList<RowColumn> Columns { get; }

    /// <summary>Gets the properties that are not written, each with the reason and the remedy.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Gets the number of arrays that had another length than their columns.</summary>
    /// <value>Zero or more. A missing array is not counted.</value>
    public long OtherLengths => Interlocked.Read(ref _otherLengths);

    /// <summary>Copies a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="batch">The target, which has the <see cref="Columns"/>. <see cref="RowBatch.Count"/> is not changed.</param>
    /// <param name="index">The index of the row in the batch.</param>
    /// <exception cref="IndexOutOfRangeException">The index is not in the batch.</exception>
    public void Write(T row, RowBatch batch, int index)
    {
        if (row is null)
        {
            throw new ArgumentNullException(nameof(row));
        }

        ArgumentNullException.ThrowIfNull(batch);
        _write(row, batch, index);
    }

    // The JIT compiler inlines the getters of properties in one compiled method. A delegate for each property takes about twice the time.
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "The caller checks that dynamic code is supported.")]
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The properties of rows are kept, and those of RowBatch are used here.")]
    private Action<T, RowBatch, int> Compile(IReadOnlyList<RowPlan.Item> items)
    {
        var row = Expression.Parameter(typeof(T));
        var index = Expression.Parameter(typeof(int));
        var numbers = Expression.Parameter(typeof(double[]?[]));
        var texts = Expression.Parameter(typeof(string?[]?[]));
        var body = new List<Expression>();
        foreach (var item in items)
        {
            var value = Expression.Property(row, item.Property);
            if (item.Length is null)
            {
                body.Add(Expression.Assign(
                    Expression.ArrayAccess(Expression.ArrayIndex(item.IsText ? texts : numbers, Expression.Constant(item.Column)), index),
                    item.IsText ? RowValue.ToText(value) : RowValue.ToNumber(value)));
            }
            else
            {
                body.Add(CompileArray(item, value, item.IsText ? texts : numbers, index));
            }
        }

        var write = Expression.Lambda<Action<T, double[]?[], string?[]?[], int>>(Expression.Block(typeof(void), body), row, numbers, texts, index).Compile();
        return (value, batch, at) => write(value, batch.NumberColumns, batch.TextColumns, at);
    }

    [RequiresDynamicCode("It creates methods for element types.")]
    [UnconditionalSuppressMessage("Trimming", "IL2060", Justification = "The methods have no requirements for their type parameters.")]
    private MethodCallExpression CompileArray(RowPlan.Item item, Expression array, ParameterExpression columns, ParameterExpression index)
    {
        var type = array.Type.GetElementType()!;
        var element = Expression.Parameter(type);
        var body = item.IsText ? RowValue.ToText(element) : RowValue.ToNumber(element);
        var convert = Expression.Lambda(body, element).Compile();
        var missing = item.IsText ? Expression.Constant(null, typeof(string)) : Expression.Constant(RowBatch.Missing);
        var method = new Action<int[], Func<int, int>, RowPlan.Item, int[]?[], int, int>(WriteArray).Method.GetGenericMethodDefinition();
        return Expression.Call(
            Expression.Constant(this),
            method.MakeGenericMethod(type, body.Type),
            array,
            Expression.Constant(convert),
            Expression.Constant(item),
            columns,
            index,
            missing);
    }

    private void WriteArray<TElement, TValue>(
        TElement[]? array, Func<TElement, TValue> convert, RowPlan.Item item, TValue[]?[] columns, int index, TValue missing)
    {
        var length = item.Length!.Value;
        var common = Math.Min(length, array?.Length ?? 0);
        for (var i = 0; i < common; i++)
        {
            columns[item.Column + i]![index] = convert(array![i]);
        }

        for (var i = common; i < length; i++)
        {
            columns[item.Column + i]![index] = missing;
        }

        CountLength(array, length);
    }

    private void CountLength(Array? array, int length)
    {
        if (array is not null && array.Length != length)
        {
            Interlocked.Increment(ref _otherLengths);
        }
    }

    private Action<T, RowBatch, int> Reflect(IReadOnlyList<RowPlan.Item> items) => (row, batch, index) =>
    {
        foreach (var item in items)
        {
            var value = item.Property.GetValue(row);
            if (item.Length is not { } length)
            {
                Set(batch, item, item.Column, index, value);
                continue;
            }

            var array = (Array?)value;
            for (var i = 0; i < length; i++)
            {
                Set(batch, item, item.Column + i, index, i < array?.Length ? array.GetValue(i) : null);
            }

            CountLength(array, length);
        }
    };

    private static void Set(RowBatch batch, RowPlan.Item item, int column, int index, object? value)
    {
        if (item.IsText)
        {
            batch.TextColumns[column]![index] = Convert.ToString(value, CultureInfo.InvariantCulture) is { } text && value is not null ? text : null;
        }
        else
        {
            batch.NumberColumns[column]![index] = RowValue.ToNumber(value);
        }
    }
}
