using MlOps.Models;

namespace MlOps.Validation;

/// <summary>Makes the check of a property: typed calls of its getter and setter.</summary>
internal sealed class FeatureCheckCompiler<TRow>(FeatureProperty property, FeatureSchema feature, string name, InputPolicy policy, List<string> faults)
    : RuleCompiler<FeatureCheck<TRow>>(property.ToString(), property.Type!.Value, feature, policy, faults)
    where TRow : class
{
    protected override FeatureCheck<TRow>? CompileNumber<T>() =>
        property.IsNullable ? Compile<T?, NullableRule<T, NumberRule<T>>>(new(Feature, property.Index is not null, new(Feature))) : base.CompileNumber<T>();

    protected override FeatureCheck<TRow>? CompileText()
    {
        var check = base.CompileText();
        return check is not null && Feature.MaxUnseenRate > 0 ? new UnseenRateCheck<TRow>(check, Feature.MaxUnseenRate) : check;
    }

    protected override FeatureCheck<TRow>? CompilePresence<T>() =>
        property.IsNullable ? Compile<T?, PresenceRule<T?>>(new(Feature))
        : property.IsArray ? base.CompilePresence<T>()
        : null;

    protected override FeatureCheck<TRow>? Compile<T, TRule>(TRule rule)
    {
        if (!TryCreateRemedy<T, TRule>(rule, out var remedy))
        {
            return null;
        }

        var setter = property.Property.SetMethod is { IsPublic: true } method ? method : null;
        if (setter is null && (remedy.HasImpute || (Policy == InputPolicy.Clamp && (Feature.Minimum ?? Feature.Maximum) is not null)))
        {
            Faults.Add(
                $"{property} has no setter, and the policy of the feature '{Feature.Name}' is {Policy}. Add a setter (init will do), or choose another policy.");
            return null;
        }

        var getter = property.Property.GetMethod!;
        if (!property.IsArray)
        {
            return new ScalarCheck<TRow, T, TRule>(name, getter.CreateDelegate<Func<TRow, T>>(), setter?.CreateDelegate<Action<TRow, T>>(), rule, remedy);
        }

        var setArray = setter?.CreateDelegate<Action<TRow, T[]>>();
        return new ArrayCheck<TRow, T, TRule>(Feature, name, getter.CreateDelegate<Func<TRow, T[]?>>(), setArray, rule, remedy);
    }
}
