using Microsoft.ML.Data;
using MlOps.Providers;

namespace MlOps.Models;

/// <summary>Maps the members of the input and output types to columns, and collects all mismatches.</summary>
internal sealed class RowMapping
{
    private const string SlotNames = "SlotNames";

    private readonly ModelSource _source;
    private readonly IRowToRowMapper _mapper;
    private readonly List<MappingFault> _faults = [];

    private RowMapping(ModelSource source, IRowToRowMapper mapper)
    {
        _source = source;
        _mapper = mapper;
    }

    public List<InputBinding> Inputs { get; } = [];

    public List<OutputBinding> Outputs { get; } = [];

    /// <exception cref="ModelMappingException">A type does not fit the model.</exception>
    public static RowMapping Create(ModelSource source, IRowToRowMapper mapper, Type input, Type output)
    {
        var mapping = new RowMapping(source, mapper);
        var modelOutputs = mapping.BindOutputs(output);
        mapping.BindInputs(RowMember.Of(input), PipelineColumns.FindInputs(mapper, modelOutputs));
        return mapping._faults.Count == 0 ? mapping : throw new ModelMappingException(source, input, output, mapping._faults);
    }

    /// <summary>Binds the members of the output.</summary>
    /// <returns>The mapped columns. If there are faults, also all outputs of the model, so that faults of inputs are found in the same call.</returns>
    private List<ModelColumn> BindOutputs(Type output)
    {
        var members = RowMember.Of(output);
        var modelOutputs = PipelineColumns.FindOutputs(_mapper);
        var columns = _mapper.OutputSchema.Where(static column => !column.IsHidden).Select(static column => new ModelColumn(column)).ToArray();
        var found = new List<ModelColumn>();
        foreach (var member in members.Where(static member => member.CanBeOutput))
        {
            if (Find(columns, member) is not { } column)
            {
                _faults.Add(new MappingFault(member.ToString(), $"an output of the model ({DescribeNames(modelOutputs)})", "no output of that name"));
            }
            else if (OutputWriters.Fits(column, member))
            {
                Outputs.Add(new OutputBinding(column, member));
                found.Add(column);
            }
            else
            {
                _faults.Add(member.HasColumnType
                    ? new MappingFault(member.ToString(), DescribeFor(member, column), member.Describe())
                    : member.ToFault(column, isOutput: true, isValue: member.Index is not null));
                found.Add(column);
            }
        }

        AddUnusable(members, columns, modelOutputs, found);
        if (Outputs.Count == 0 && _faults.Count == 0)
        {
            _faults.Add(new MappingFault($"type '{output.Name}'", $"a property for at least one of the outputs {DescribeNames(modelOutputs)}", "none"));
        }

        return _faults.Count == 0 ? found : [.. found, .. modelOutputs];
    }

    /// <summary>Adds a fault for each member that cannot be set and has the name of an output that no other member is mapped to.</summary>
    private void AddUnusable(RowMember[] members, ModelColumn[] columns, ModelColumn[] modelOutputs, List<ModelColumn> found) => _faults.AddRange(
        from member in members
        where !member.CanBeOutput
        let column = Find(member.IsNamed ? columns : modelOutputs, member)
        where column is not null && (member.IsNamed || !found.Exists(other => other.Name == column.Name))
        select member.ToFault(column, isOutput: true, isValue: member.Index is not null));

    private void BindInputs(RowMember[] all, ModelColumn[] columns)
    {
        var names = ValueNames(columns);
        var members = Array.FindAll(all, static member => member.CanRead);
        foreach (var column in columns)
        {
            if (FindWhole(members, column) is { } member)
            {
                Bind(column, [member], column.IsVector);
            }
            else if (!column.IsVector || column.Size == 0 || !BindValues(column, all, members, names.GetValueOrDefault(column.Name)))
            {
                _faults.Add(FindWhole(all, column)?.ToFault(column, isOutput: false, isValue: false)
                    ?? new MappingFault($"input '{column.Name}'", column.Describe(), "no property"));
            }
        }

        _faults.AddRange(Inputs.SelectMany(static input => input.Members).GroupBy(static member => member).Where(static group => group.Count() > 1)
            .Select(static group => new MappingFault(
                group.Key.ToString(),
                "a single input (specify its name with [Feature], and Index for one element of a vector)",
                "several inputs with the same letters and digits")));
    }

    /// <summary>Binds each element of a vector to a member, by index or by the name of the element in the signature or the column.</summary>
    /// <returns><see langword="true"/> if there is a member for any element; otherwise, <see langword="false"/>.</returns>
    private bool BindValues(ModelColumn column, RowMember[] all, RowMember[] members, string[]? names)
    {
        var values = new RowMember?[column.Size];
        var unusable = new RowMember?[column.Size];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = FindValue(members, column, i, names?[i]);
            unusable[i] = values[i] is null ? FindValue(all, column, i, names?[i]) : null;
        }

        if (values.All(static value => value is null) && unusable.All(static value => value is null))
        {
            return false;
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is null)
            {
                var name = names is null ? "" : $" ('{names[i]}')";
                _faults.Add(unusable[i]?.ToFault(column, isOutput: false, isValue: true)
                    ?? new MappingFault($"input '{column.Name}', value {i}{name}", column.Type!.Value.ToString(), "no property"));
            }
        }

        Bind(column, [.. values.OfType<RowMember>()], isVector: false);
        return true;
    }

    private void Bind(ModelColumn column, RowMember[] members, bool isVector)
    {
        var misfits = members.Where(member => !Fits(column, member, isVector)).ToArray();
        _faults.AddRange(misfits.Select(member => DescribeMisfit(column, member, isVector)));
        if (misfits.Length == 0)
        {
            Inputs.Add(new InputBinding(column, members));
        }
    }

    private static MappingFault DescribeMisfit(ModelColumn column, RowMember member, bool isVector)
    {
        if (!member.HasColumnType)
        {
            return member.ToFault(column, isOutput: false, isValue: column.IsVector && !isVector);
        }

        var expected = isVector ? column.Describe() : ModelColumn.Describe(column.TypeName, isVector: false, size: 1);
        var canNarrow = member.IsVector == isVector && column.Key is null && Conversions.CanNarrow(member.ValueType, column.RawType);
        var remedy = canNarrow ? " ([Feature(AllowNarrowing = true)] rounds)" : "";
        return new MappingFault(member.ToString(), $"{expected}{remedy}", member.Describe());
    }

    private static bool Fits(ModelColumn column, RowMember member, bool isVector) =>
        member.IsVector == isVector && (column.Key, member.IsVector && !member.Type.IsSZArray) switch
        {
            (_, true) => member.ElementType == column.RawType,
            ({ } key, _) => FeatureTypes.Find(member.ValueType) is { } type
                && FeatureTypes.CanRepresent(FeatureType.UInt64, type)
                && FeatureTypes.CanRepresent(FeatureTypes.Find(key.RawType)!.Value, type),
            _ => Conversions.Exists(member.ValueType, column.RawType, member.AllowNarrowing),
        };

    /// <summary>Gets the names of vector elements: those of the registered signature if it lists elements instead of vectors, or else the slot names.</summary>
    private Dictionary<string, string[]> ValueNames(ModelColumn[] columns)
    {
        var vectors = columns.Where(static column => column is { IsVector: true, Size: > 0 }).ToArray();
        var names = vectors
            .Select(static column => (column.Name, Names: column.FindTexts(SlotNames), column.Size))
            .Where(static pair => pair.Names is not null && pair.Names.Length == pair.Size)
            .ToDictionary(static pair => pair.Name, static pair => pair.Names!, StringComparer.Ordinal);
        var registered = _source.Signature?.Inputs ?? [];
        var unnamed = vectors.Where(column => !registered.Any(input => input.Name == column.Name)).ToArray();
        var values = registered.Where(input => !columns.Any(column => column.Name == input.Name)).Select(static input => input.Name).ToArray();
        if (values.Length > 0 && values.Length == unnamed.Sum(static column => (long)column.Size))
        {
            var start = 0;
            foreach (var column in unnamed)
            {
                names[column.Name] = values[start..(start += column.Size)];
            }
        }

        return names;
    }

    private static RowMember? FindWhole(RowMember[] members, ModelColumn column) =>
        FindWhole(Array.FindAll(members, static member => member.HasColumnType), column.Name) ?? FindWhole(members, column.Name);

    private static RowMember? FindValue(RowMember[] members, ModelColumn column, int index, string? name) =>
        Array.Find(members, member => member.Index == index && member.IsExactly(column.Name)) ?? (name is null ? null : FindWhole(members, name));

    private static RowMember? FindWhole(RowMember[] members, string name) =>
        Array.Find(members, member => member.Index is null && member.IsExactly(name))
        ?? FindOnly(members, member => !member.IsNamed && string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? FindOnly(members, member => member.Matches(name));

    private static RowMember? FindOnly(RowMember[] members, Func<RowMember, bool> isAlike) =>
        members.Where(member => member.Index is null && isAlike(member)).Take(2).ToArray() is [var only] ? only : null;

    private static string DescribeNames(ModelColumn[] columns) => string.Join(", ", columns.Select(static column => $"'{column.Name}'"));

    private static ModelColumn? Find(ModelColumn[] columns, RowMember member) =>
        Array.Find(columns, column => member.IsExactly(column.Name)) ?? Array.Find(columns, column => member.Matches(column.Name));

    private static string DescribeFor(RowMember member, ModelColumn column) => member.Index is { } index && column.IsVector && index < column.Size
        ? ModelColumn.Describe(column.TypeName, isVector: false, size: 1)
        : column.Describe();
}
