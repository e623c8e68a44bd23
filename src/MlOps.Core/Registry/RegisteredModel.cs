using System.Collections.Immutable;
using System.Globalization;
using MlOps.Documents;

namespace MlOps.Registry;

/// <summary>A snapshot of a model with its versions and aliases.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class RegisteredModel
{
    private const int MaxListed = 10;
    private readonly ModelState _state;
    private readonly RegistryOptions _options;
    private readonly Dictionary<string, ModelVersion> _byAlias;

    internal RegisteredModel(string name, ModelState state, long sequence, RegistryOptions options)
    {
        Name = name;
        Sequence = sequence;
        _state = state;
        _options = options;
        _byAlias = state.Aliases.ToDictionary(static alias => alias.Key, alias => state.Find(alias.Value.Version)!, StringComparer.Ordinal);
    }

    /// <summary>Gets the name of the model.</summary>
    public string Name { get; }

    /// <summary>Gets the number of the last event of the model: 1 or more.</summary>
    public long Sequence { get; }

    /// <summary>Gets the time at which the model was created, by the clock of the writer.</summary>
    public DateTimeOffset Created => _state.Created;

    /// <summary>Gets the time of the last change of the model or a version, by the clock of the writer.</summary>
    public DateTimeOffset Updated => _state.Updated;

    /// <summary>Gets the description.</summary>
    public string? Description => _state.Description;

    /// <summary>Gets the tags of the model. Versions have separate tags.</summary>
    public IReadOnlyDictionary<string, string> Tags => _state.Tags;

    /// <summary>Gets the versions in the order of their numbers, without deleted versions.</summary>
    public IReadOnlyList<ModelVersion> Versions => _state.Versions;

    /// <summary>Gets the aliases by name, in their stored spelling.</summary>
    public IReadOnlyDictionary<string, ModelAlias> Aliases => _state.Aliases;

    /// <summary>Gets the last change of each alert, by <see cref="ModelAlert.Key"/>, including alerts that have ended.</summary>
    /// <remarks>An alert whose <see cref="ModelAlert.IsActive"/> is <see langword="true"/> has not ended.</remarks>
    public IReadOnlyDictionary<string, ModelAlert> Alerts => _state.Alerts ?? ImmutableDictionary<string, ModelAlert>.Empty;

    /// <summary>Finds a version by alias or number.</summary>
    /// <remarks>
    /// An alias in its stored spelling is found by one dictionary lookup, without allocation. A spelling with another case is found too, unless two stored
    /// aliases differ only in case.
    /// </remarks>
    /// <param name="aliasOrNumber">An alias such as <c>production</c>, or a number such as <c>3</c>.</param>
    /// <returns>The version, or <see langword="null"/> if it does not exist.</returns>
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
    /// <returns>The version, or <see langword="null"/> if it does not exist.</returns>
    public ModelVersion? Find(int number) => _state.Find(number);

    /// <summary>Gets a version by alias or number.</summary>
    /// <inheritdoc cref="Find(string)"/>
    /// <returns>The version.</returns>
    /// <exception cref="VersionNotFoundException">The version does not exist. The message lists the existing versions and aliases.</exception>
    public ModelVersion Get(string aliasOrNumber) => Find(aliasOrNumber) ?? throw NotFound(Name, _state, aliasOrNumber);

    /// <summary>Gets the aliases that point at a version.</summary>
    /// <param name="number">The number of the version.</param>
    /// <returns>The aliases in ordinal order.</returns>
    public IReadOnlyList<string> AliasesOf(int number) => AliasesOf(_state, number);

    /// <summary>Evaluates the gates of an alias for a version.</summary>
    /// <param name="alias">The alias.</param>
    /// <param name="number">The number of the version.</param>
    /// <returns>The result of each gate. Empty if the alias has no gates.</returns>
    /// <exception cref="ArgumentException">The alias is not valid.</exception>
    /// <exception cref="VersionNotFoundException">The version does not exist.</exception>
    public IReadOnlyList<GateResult> EvaluateGates(string alias, int number)
    {
        AliasRules.Validate(alias);
        var version = Find(number) ?? throw NotFound(Name, _state, number.ToString(CultureInfo.InvariantCulture));
        return
        [
            .. PromotionGateEvaluator.EvaluateFormat(version, _options) is { } format ? [format] : Array.Empty<GateResult>(),
            .. _options.Aliases.TryGetValue(alias, out var policy)
                ? PromotionGateEvaluator.Evaluate(policy, version, _byAlias.GetValueOrDefault(SpellingOf(alias)))
                : [],
        ];
    }

    /// <summary>Gets the aliases that have gates.</summary>
    internal IEnumerable<string> GatedAliases => _options.Aliases.Keys.Select(SpellingOf);

    /// <summary>Gets the stored aliases that differ from another alias only in case.</summary>
    internal IReadOnlyList<string> AliasesDifferingInCase =>
        [
            .. Aliases.Keys.GroupBy(static alias => alias, StringComparer.OrdinalIgnoreCase)
                .Where(static spellings => spellings.Count() > 1)
                .SelectMany(static spellings => spellings)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Gets the stored spelling of an alias, or the alias itself if it is not stored.</summary>
    internal string SpellingOf(string alias) => _state.FindAlias(alias) ?? alias;

    internal static IReadOnlyList<string> AliasesOf(ModelState state, int number) =>
        [.. state.Aliases.Where(alias => alias.Value.Version == number).Select(static alias => alias.Key).Order(StringComparer.Ordinal)];

    /// <summary>Creates the exception for a version that does not exist.</summary>
    /// <param name="aliasOrNumber">The alias or number of the missing version.</param>
    /// <param name="setting">A sentence about the setting with the alias or number, followed by a space.</param>
    /// <param name="remedy">A sentence with the remedy, preceded by a space.</param>
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
            "model",
            model,
            aliasOrNumber,
            $"{setting}{hint}{versions} and {(aliases.Length == 0 ? "no aliases" : $"the aliases {string.Join(", ", aliases)}")}.{remedy}");
    }
}
