using System.Buffers.Binary;
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MlOps.Workflows;

/// <summary>Hashes the values that functions capture.</summary>
/// <remarks>
/// Equal values have equal hashes in every process. A value is hashed only if the hash covers its whole state: numbers, strings, dates, enums, types,
/// functions, arrays, the collections of .NET, structs, classes of local assemblies, and immutable classes of other assemblies, provided that their fields
/// and elements can be hashed too. Not thread-safe.
/// </remarks>
/// <param name="assemblies">Collects the assemblies of the types of values.</param>
/// <param name="read">Reads the identity of a function.</param>
internal sealed class ValueHasher(CodeAssemblies assemblies, Func<Delegate, FunctionIdentity> read)
{
    private const int MaxValues = 1_000_000;
    private const int MaxDepth = 100;

    /// <summary>The objects and functions on the path to the current value, for the detection of cycles.</summary>
    private readonly List<object> _path = [];
    private readonly Dictionary<Type, string> _types = [];
    private ClosureFieldUsage? _reads;
    private int _values;

    /// <summary>Describes a value by its type and by its text or digest, for display and as part of the identity.</summary>
    /// <exception cref="UnhashableValueException">The value cannot be hashed.</exception>
    public string Describe(string name, object? value) => value switch
    {
        null => "null",
        Delegate function => $"{function.Method.Name} {Convert.ToHexStringLower(Digest(name, function))}",
        _ when FindScalar(value) is { } text => $"{TextOf(value.GetType())} {text}",
        // Strings may be secrets, so they are described by their digests, like values with parts.
        _ => $"{TextOf(value.GetType())} {Convert.ToHexStringLower(Digest(name, value))}",
    };

    /// <summary>Describes the fields of the target of a function. For a closure, only the fields that the function reads are described.</summary>
    /// <exception cref="UnhashableValueException">A field cannot be hashed.</exception>
    public SortedDictionary<string, string> DescribeFields(Delegate function)
    {
        var target = function.Target!;
        var before = _reads;
        var isClosure = ClosureFieldUsage.IsClosure(target.GetType());
        _reads = isClosure ? ClosureFieldUsage.Of(function.Method) : null;
        _path.AddRange([function, isClosure ? function : target]); // another function may read other fields of the same closure
        var described = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in FlatFieldsOf(target, TextOf(target.GetType())))
        {
            var free = name;
            for (var number = 2; described.ContainsKey(free); number++)
            {
                free = string.Create(CultureInfo.InvariantCulture, $"{name} ({number})"); // a variable of an outer scope, or a field of a base class
            }

            described[free] = Describe(name, value);
        }

        _path.RemoveRange(_path.Count - 2, 2);
        _reads = before;
        return described;
    }

    /// <summary>Gets the text of a value that has no parts and cannot be a secret.</summary>
    private static string? FindScalar(object value) => value switch
    {
        IntPtr or UIntPtr => null,
        Enum number => number.ToString("D"),
        char number => ((int)number).ToString(CultureInfo.InvariantCulture),
        bool or decimal => Convert.ToString(value, CultureInfo.InvariantCulture),
        IFormattable number when value.GetType().IsPrimitive => number.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>Gets the fields. The closure of an outer scope is replaced by its variables.</summary>
    private IEnumerable<(string Name, object? Value)> FlatFieldsOf(object value, string name) => FieldsOf(value, name).SelectMany(field =>
        field.Value is { } inner && ClosureFieldUsage.IsClosure(inner.GetType()) ? FlatFieldsOf(inner, field.Name) : [field]);

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "A field that was trimmed is not used by the program.")]
    private IEnumerable<(string Name, object? Value)> FieldsOf(object value, string name)
    {
        for (var type = value.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
            var fields = type.GetFields(Declared).OrderBy(static field => field.MetadataToken).ToArray();
            if (!IsOpen(type, fields))
            {
                throw new UnhashableValueException(name, $"of the type '{TextOf(value.GetType())}', which cannot be hashed");
            }

            foreach (var field in fields.Where(field => _reads is null || !ClosureFieldUsage.IsClosure(type) || _reads.Contains(field)))
            {
                yield return (NameOf(field), field.GetValue(value));
            }
        }
    }

    /// <summary>Determines whether the fields of a type are its whole state.</summary>
    /// <remarks>A class that is neither local nor immutable may have caches and handles.</remarks>
    private static bool IsOpen(Type type, FieldInfo[] fields) =>
        type.IsValueType
        || ClosureFieldUsage.IsClosure(type)
        || (CodeAssemblies.IsLocal(type.Assembly) ? !typeof(IEnumerator).IsAssignableFrom(type) : fields.All(static field => field.IsInitOnly));

    /// <summary>Gets the name of a field as in the source code, for example of an automatic property, of a captured parameter, or of <c>this</c>.</summary>
    private static string NameOf(FieldInfo field) => field.Name switch
    {
        "<>4__this" => "this",
        ['<', .. var rest] when rest.IndexOf('>', StringComparison.Ordinal) is > 0 and var end => rest[..end],
        var name => name,
    };

    private byte[] Digest(string name, object? value)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Write(hash, name, value);
        return hash.GetHashAndReset();
    }

    private void Write(IncrementalHash hash, string name, object? value)
    {
        if (++_values > MaxValues || _path.Count > MaxDepth)
        {
            throw new UnhashableValueException(
                name, _values > MaxValues ? $"that leads to more than {MaxValues} values" : $"that leads deeper than {MaxDepth} objects");
        }

        if (value is null)
        {
            WriteText(hash, "null");
            return;
        }

        WriteText(hash, TextOf(value.GetType()));
        if (_path.FindIndex(before => value is Delegate ? before is Delegate && before.Equals(value) : ReferenceEquals(before, value)) is var index and >= 0)
        {
            WriteText(hash, string.Create(CultureInfo.InvariantCulture, $"{_path.Count - index} back"));
            return;
        }

        _path.Add(value);
        WriteContent(hash, name, value);
        _path.RemoveAt(_path.Count - 1);
    }

    private void WriteContent(IncrementalHash hash, string name, object value)
    {
        switch (value)
        {
            case IntPtr or UIntPtr:
                throw new UnhashableValueException(name, "which is a handle or an address, and cannot be hashed");
            case string text:
                WriteText(hash, text);
                break;
            case Delegate function:
                WriteFunction(hash, function);
                break;
            case Type type:
                assemblies.Add(type);
                WriteText(hash, TypeText.Of(type));
                break;
            case Uri uri:
                WriteText(hash, uri.OriginalString);
                break;
            case Version version:
                WriteText(hash, version.ToString());
                break;
            case CultureInfo { IsReadOnly: true } culture:
                WriteText(hash, culture.Name);
                break;
            case CompareInfo culture:
                WriteText(hash, culture.Name);
                break;
            case Lock or CancellationToken:
                break; // outputs do not depend on them
            case Array array:
                WriteArray(hash, name, array);
                break;
            default:
                WriteObject(hash, name, value);
                break;
        }
    }

    private void WriteObject(IncrementalHash hash, string name, object value)
    {
        if (FindScalar(value) is { } text)
        {
            WriteText(hash, text);
        }
        else if (HashableCollections.Find(value.GetType()) is { } kind)
        {
            foreach (var comparer in kind.ComparersOf(value) ?? throw new UnhashableValueException(name, "whose comparer is not available"))
            {
                Write(hash, $"{name}.Comparer", comparer);
            }

            WriteElements(hash, name, (IEnumerable)value, kind.IsOrdered);
        }
        else
        {
            foreach (var (field, part) in FieldsOf(value, name))
            {
                WriteText(hash, field);
                Write(hash, $"{name}.{field}", part);
            }
        }
    }

    private void WriteArray(IncrementalHash hash, string name, Array array)
    {
        for (var dimension = 0; dimension < array.Rank; dimension++)
        {
            WriteText(hash, string.Create(CultureInfo.InvariantCulture, $"{array.GetLowerBound(dimension)}+{array.GetLength(dimension)}"));
        }

        if (array.GetType().GetElementType() is { IsPrimitive: true } element && element != typeof(nint) && element != typeof(nuint))
        {
            hash.AppendData(MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(array), Buffer.ByteLength(array)));
        }
        else
        {
            WriteElements(hash, name, array, isOrdered: true);
        }
    }

    private void WriteElements(IncrementalHash hash, string name, IEnumerable elements, bool isOrdered)
    {
        var element = $"{name}[]";
        if (isOrdered)
        {
            var count = 0;
            foreach (var value in elements)
            {
                Write(hash, element, value);
                count++;
            }

            WriteText(hash, count.ToString(CultureInfo.InvariantCulture));
            return;
        }

        // The order of the elements differs between processes.
        foreach (var digest in elements.Cast<object?>().Select(value => Convert.ToHexStringLower(Digest(element, value))).Order(StringComparer.Ordinal))
        {
            WriteText(hash, digest);
        }
    }

    private void WriteFunction(IncrementalHash hash, Delegate function)
    {
        foreach (var part in function.GetInvocationList())
        {
            var identity = read(part);
            WriteText(hash, identity.Method);
            WriteText(hash, identity.Target ?? "");
            foreach (var (name, value) in identity.Captured ?? [])
            {
                WriteText(hash, name);
                WriteText(hash, value);
            }

            WriteText(hash, "end");
        }
    }

    private string TextOf(Type type)
    {
        if (!_types.TryGetValue(type, out var text))
        {
            assemblies.Add(type);
            _types[type] = text = TypeText.Of(type);
        }

        return text;
    }

    /// <summary>Writes a text with its length, so that different sequences of texts have different bytes.</summary>
    private static void WriteText(IncrementalHash hash, string text)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
        hash.AppendData(length);
        hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
    }
}
