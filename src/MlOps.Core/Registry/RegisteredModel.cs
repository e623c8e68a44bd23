using System.Globalization;
using MlOps.Documents;

namespace MlOps.Registry;

/// <summary>A model and all its versions and aliases, as they were when it was looked up.</summary>
/// <remarks>Immutable and thread-safe. Later changes are in a later snapshot.</remarks>
public sealed class RegisteredModel
{
    private const int MaxListed = 10;
    private readonly ModelState _state;
    private readonly RegistryOptions _options;
    private readonly Dictionary<string, ModelVersion> _byAlias;

    internal RegisteredModel(string name, ModelState state, RegistryOptions options)
    {
        Name = name;
        _state = state;
        _options = options;
        _byAlias = state.Aliases.ToDictionary(static alias => alias.Key, alias => state.Find(alias.Value.Version)!, StringComparer.Ordinal);
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets when it was created, by the writer's clock.</summary>
    public DateTimeOffset Created => _state.Created;

    /// <summary>Gets when it or one of its versions was last changed, by the writer's clock.</summary>
    public DateTimeOffset Updated => _state.Updated;

    /// <summary>Gets what it is.</summary>
    public string? Description => _state.Description;

    /// <summary>Gets its own tags; each version has more.</summary>
    public IReadOnlyDictionary<string, string> Tags => _state.Tags;

    /// <summary>Gets its versions in ascending order of their numbers; deleted ones are left out.</summary>
    public IReadOnlyList<ModelVersion> Versions => _state.Versions;

    /// <summary>Gets its aliases by name, as they are stored.</summary>
    public IReadOnlyDictionary<string, ModelAlias> Aliases => _state.Aliases;

    /// <summary>Finds a version by alias or number.</summary>
    /// <remarks>
    /// An alias as it is stored is one look into a dictionary, without allocation. Another spelling of its case is found too, unless two stored aliases differ in case alone.
    /// </remarks>
    /// <param name="aliasOrNumber">An alias such as <c>production</c>, or a number such as <c>3</c>.</param>
    /// <returns>The version, or <see langword="null"/> if there is none.</returns>
    public ModelVersion? Find(string aliasOrNumber)
    {
        ArgumentNullException.ThrowIfNull(aliasOrNumber);
        return _byAlias.TryGetValue(aliasOrNumber, out var version) ? version
            : int.TryParse(aliasOrNumber, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Find(number)
            : _state.FindAlias(aliasOrNumber) is { } stored ? _byAlias[stored]
            : null;
    }

    /// <summary>Finds a version by number.</summary>
    /// <param name="number">The number.</param>
    /// <returns>The version, or <see langword="null"/> if there is none.</returns>
    public ModelVersion? Find(int number) => _state.Find(number);

    /// <summary>Gets a version by alias or number.</summary>
    /// <inheritdoc cref="Find(string)"/>
    /// <returns>The version.</returns>
    /// <exception cref="VersionNotFoundException">There is none; the message says which there are.</exception>
    public ModelVersion Get(string aliasOrNumber) => Find(aliasOrNumber) ?? throw NotFound(Name, _state, aliasOrNumber);

    /// <summary>Gets the aliases that point at a version.</summary>
    /// <param name="number">The version's number.</param>
    /// <returns>The aliases in ordinal order; empty if none does.</returns>
    public IReadOnlyList<string> AliasesOf(int number) => AliasesOf(_state, number);

    /// <summary>Evaluates the gates a version has to pass to be given an alias, as setting it would now.</summary>
    /// <param name="alias">The alias.</param>
    /// <param name="number">The version's number.</param>
    /// <returns>A result for each gate; empty if the alias has none.</returns>
    /// <exception cref="ArgumentException">The alias is not one that can be set.</exception>
    /// <exception cref="VersionNotFoundException">There is no such version.</exception>
    public IReadOnlyList<GateResult> EvaluateGates(string alias, int number)
    {
        AliasRules.Validate(alias);
        var version = Find(number) ?? throw NotFound(Name, _state, number.ToString(CultureInfo.InvariantCulture));
        return
        [
            .. PromotionGates.EvaluateFormat(version, _options) is { } format ? [format] : Array.Empty<GateResult>(),
            .. _options.Aliases.TryGetValue(alias, out var policy) ? PromotionGates.Evaluate(policy, version, _byAlias.GetValueOrDefault(SpellingOf(alias))) : [],
        ];
    }

    /// <summary>Gets the aliases that have gates.</summary>
    internal IEnumerable<string> GatedAliases => _options.Aliases.Keys.Select(SpellingOf);

    /// <summary>Gets the stored aliases that differ from another one in case alone.</summary>
    internal IReadOnlyList<string> AliasesDifferingInCase =>
        [.. Aliases.Keys.GroupBy(static alias => alias, StringComparer.OrdinalIgnoreCase).Where(static alike => alike.Count() > 1).SelectMany(static alike => alike).Order(StringComparer.Ordinal)];

    /// <summary>Gets the stored spelling of an alias, or the alias itself if it is not stored.</summary>
    internal string SpellingOf(string alias) => _state.FindAlias(alias) ?? alias;

    internal static IReadOnlyList<string> AliasesOf(ModelState state, int number) =>
        [.. state.Aliases.Where(alias => alias.Value.Version == number).Select(static alias => alias.Key).Order(StringComparer.Ordinal)];

    /// <summary>Describes a version that is not there.</summary>
    /// <param name="aliasOrNumber">The alias or number that was asked for.</param>
    /// <param name="setting">The setting that holds it, as a sentence that ends in a space.</param>
    /// <param name="remedy">What to do, as a sentence that begins with a space.</param>
    internal VersionNotFoundException NotFound(string aliasOrNumber, string setting, string remedy) => NotFound(Name, _state, aliasOrNumber, setting, remedy);

    internal static VersionNotFoundException NotFound(string model, ModelState state, string aliasOrNumber, string setting = "", string remedy = "")
    {
        var numbers = state.Versions.TakeLast(MaxListed).Select(static version => version.Number.ToString(CultureInfo.InvariantCulture)).ToArray();
        var versions = numbers.Length == 0 ? "It has no versions"
            : $"It has the versions {(state.Versions.Count > MaxListed ? "…, " : "")}{string.Join(", ", numbers)}";
        var aliases = state.Aliases.OrderBy(static alias => alias.Key, StringComparer.Ordinal).Take(MaxListed)
            .Select(static alias => $"'{alias.Key}' (version {alias.Value.Version})").ToArray();
        var isNumber = int.TryParse(aliasOrNumber, NumberStyles.None, CultureInfo.InvariantCulture, out _);
        var hint = isNumber ? ""
            : AliasRules.FindFault(aliasOrNumber) is { } fault ? $"'{RecordText.Shorten(aliasOrNumber)}' is not an alias: {fault} "
            : NearestName.Suggest(aliasOrNumber, state.Aliases.Keys);
        return new VersionNotFoundException(
            "model", model, aliasOrNumber, $"{setting}{hint}{versions} and {(aliases.Length == 0 ? "no aliases" : $"the aliases {string.Join(", ", aliases)}")}.{remedy}");
    }
}
